"""Small acts and portal pages for the tests of sync and for the demonstration: written for this project."""

from __future__ import annotations

from html import escape

HEAD = "Об утверждении Правил ведения журнала № {number}"
REQUISITES = "Приказ Министра цифрового развития Республики Казахстан от 5 января 2021 года № {number}."
POINTS = (
    'В соответствии с пунктом 2 статьи 7 Закона Республики Казахстан "О примере" ПРИКАЗЫВАЮ:',
    "1. Утвердить прилагаемые Правила ведения журнала.",
    "2. Ответственный работник заполняет журнал в течение {days} рабочих дней.",
    "3. Настоящий приказ вводится в действие со дня подписания.",
)
NOTE = (
    "Сноска. Пункт 2 с изменением, внесенным приказом Министра цифрового развития РК от {day} № {by} "
    "(вводится в действие со дня подписания)."
)


def paragraphs(number: int, days: int = 5, note: tuple[str, int] | None = None) -> list[str]:
    """Return the body of an act; `note` is the day (DD.MM.YYYY) and number of the act that changed point 2."""
    points = [point.format(days=days) for point in POINTS]
    return [*points[:3], *([NOTE.format(day=note[0], by=note[1])] if note else []), *points[3:]]


def act_text(number: int, days: int = 5, note: tuple[str, int] | None = None) -> bytes:
    """Return an act as plain text."""
    parts = [HEAD.format(number=number), REQUISITES.format(number=number), *paragraphs(number, days, note)]
    return "\n\n".join(parts).encode() + b"\n"


def adilet_page(number: int, days: int = 5, note: tuple[str, int] | None = None) -> bytes:
    """Return an act as a page of the Kazakh portal."""
    title = escape(HEAD.format(number=number))
    body = "\n".join(
        f'<p id="z{place}"><span class="note">{escape(words)}</span></p>'
        if words.startswith(NOTE[:7])
        else f'<p id="z{place}">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; {escape(words)}</p>'
        for place, words in enumerate(paragraphs(number, days, note))
    )
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8" /><title>{title} - ИПС "Әділет"</title></head><body>
<div class="container_alpha slogan"><h1>{title}</h1><span class="status status_upd">Обновленный</span>
<p>{escape(REQUISITES.format(number=number))}</p></div>
<div class="container_gamma text text_upd"><div class="gs_12"><article>
{body}
</article></div></div></body></html>
""".encode()
