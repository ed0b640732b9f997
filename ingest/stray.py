"""Marks of HTML that strayed into plain text: taken out, with the breaks and superscripts that they stood for."""

from __future__ import annotations

import re

from models import CELL_BREAK

# Only names of HTML elements: an act may well print "<*>" or "<date>".
BREAKING = re.compile(r"</?(?:p|br|div|li|ul|ol|center|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
INLINE = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|font|small|big|ins|mark|abbr|nobr|wbr|o:p)(?:\s[^<>]*)?/?>|<!--.{0,2000}?-->",
    re.IGNORECASE,
)
RAISED = re.compile(r"<sup(?:\s[^<>]*)?>(.{0,40}?)</sup>|<sub(?:\s[^<>]*)?>(.{0,40}?)</sub>", re.IGNORECASE)
SUPER = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
# A raised number in what is still being assembled: U+E000 begins it, U+E001 ends it.
OPEN, CLOSE = "\ue000", "\ue001"
AROUND = f"{OPEN}{CLOSE} \t\n\r\xa0"
MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")


# Raised figures that belong to the number of a provision: 8<sup>1</sup>. at the beginning, there also behind the name
# of a level (in Russian: Article 26<sup>1</sup>.), 26<sup>2</sup>-modda, also
# in a list (26<sup>1</sup>, 26<sup>2</sup> va 27-moddalar). A power of ten is none.
def inserted(figure: str) -> re.Pattern[str]:
    """Return the pattern of the number of an inserted provision, for a pattern of raised figures.

    The figure is group `within` or, at the beginning of a text, group `first`.
    """
    rest = rf"(?:\s?(?:,|[-–]|\s\w{{1,4}}\s)\s?\d+(?:{figure})?)*-[^\W\d_]"
    return re.compile(
        rf"(?<=\d)(?P<within>{figure})(?={rest})|^(?P<number>\W*(?:[^\W\d_]{{3,20}}\s)?\d+)(?P<first>{figure})(?=\s?[.)])"
    )


INSERTED = inserted(rf"{OPEN}\s*\d{{1,2}}\s*{CLOSE}")


def unmark(text: str) -> str:
    """Return text without stray marks; where a mark parted paragraphs or lines stands `CELL_BREAK`."""
    if "<" not in text:
        return text
    text = RAISED.sub(lambda m: raised(m[1]) if m[1] is not None else m[2].translate(SUB), text)
    return resolve(INLINE.sub("", BREAKING.sub(CELL_BREAK, text)))


def raised(text: str) -> str:
    """Return raised text in marks, for `resolve` to decide what it is when its surroundings are known."""
    return f"{OPEN}{text}{CLOSE}" if text.strip() else text


def resolve(text: str) -> str:
    """Return a paragraph with its raised marks made text.

    In the number of an inserted provision (`26<sup>2</sup>-modda`) it is `26-2`, as such numbers are written
    elsewhere; any other raised figure becomes its Unicode superscript, other raised letters stay letters.
    """
    if OPEN not in text:
        return text
    return MARKED.sub(lambda m: superscript(m[1]), INSERTED.sub(hyphened, text))


def hyphened(match: re.Match[str]) -> str:
    """Return the raised figure of an inserted provision behind a hyphen."""
    return f"{match['number'] or ''}-{(match['within'] or match['first']).strip(AROUND)}"


def superscript(text: str) -> str:
    """Return raised figures as Unicode superscripts; text with other characters stays as it is."""
    bare = text.strip()
    return bare.translate(SUPER) if bare and all(ord(c) in SUPER for c in bare) else text
