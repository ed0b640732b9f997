"""Bad input through the command line: each is quarantined with reason and remedy, exit code 3, the others stored."""

import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

import buyruq
from buyruq.files import Found, examine
from buyruq.ingest import ingest_paths

ACT = """ПРИКАЗ

Министра примеров Республики Казахстан

от 1 марта 2024 года № {number}

Об утверждении Правил проверки

ПРИКАЗЫВАЮ:
1. Утвердить прилагаемые Правила проверки в течение пяти рабочих дней.
2. Настоящий приказ вводится в действие со дня подписания.

Министр                                             А. Пример
"""
GOOD = 3


def pdf(**options: object) -> bytes:
    """Return a PDF of forty pages of plain text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    for page in range(40):
        for line in range(40):
            canvas.drawString(72, 800 - 18 * line, f"{line}. Page {page} of an order about nothing in particular")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def raw_pdf(objects: list[bytes]) -> bytes:
    """Return a PDF file of the given objects; the first is the catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def pages_bomb() -> bytes:
    """Return a small PDF whose page tree unfolds to 20^5 pages: each level names the one below it twenty times."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    for level in range(5):
        kids = b" ".join([b"%d 0 R" % (level + 3)] * 20)
        objects.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (20 ** (5 - level), kids))
    objects.append(b"<< /Type /Page /MediaBox [0 0 595 842] >>")
    return raw_pdf(objects)


def object_bomb() -> bytes:
    """Return a small PDF whose page content unpacks to a gigabyte of drawing commands."""
    packer = zlib.compressobj(9)
    piece = b"0 0 m 9 9 l S\n" * 75_000
    packed = b"".join(packer.compress(piece) for _ in range(1000)) + packer.flush()
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            stream,
        ]
    )


def docx_bomb() -> bytes:
    """Return a docx whose document unpacks to 400 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        with archive.open("word/document.xml", "w") as stream:
            stream.write(b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>")
            for _ in range(400):
                stream.write(b"<w:p/>" * 175_000)
    return buffer.getvalue()


def entities_bomb() -> bytes:
    """Return HTML with ten levels of entities, each naming the one below ten times, and a script; no word of an act."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    return (
        f'<!DOCTYPE html [<!ENTITY e0 "ha">{levels}]><html><body><script>alert(1)</script>&e10;</body></html>'.encode()
    )


def cat() -> bytes:
    """Return a picture of a cat, more or less."""
    dice = random.Random(7)
    image = Image.new("RGB", (640, 480), (120, 150, 90))
    draw = ImageDraw.Draw(image)
    draw.ellipse((180, 160, 460, 440), fill=(90, 80, 70))
    draw.polygon([(210, 220), (230, 90), (310, 180)], fill=(80, 70, 60))
    draw.polygon([(430, 220), (410, 90), (330, 180)], fill=(80, 70, 60))
    for x in (270, 370):
        draw.ellipse((x - 25, 250, x + 25, 290), fill=(210, 200, 60))
        draw.ellipse((x - 6, 252, x + 6, 288), fill=(10, 10, 10))
    for _ in range(4000):
        x, y = dice.randrange(640), dice.randrange(480)
        draw.line((x, y, x + dice.randrange(-9, 9), y + dice.randrange(12)), fill=(70 + dice.randrange(60),) * 3)
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(buffer, "PNG")
    return buffer.getvalue()


def huge_text(path: Path) -> None:
    """Make a text of 200 MB that takes no room on the disk."""
    with path.open("wb") as stream:
        stream.write(ACT.encode())
        stream.truncate(200 * 1024 * 1024)


@dataclass(frozen=True)
class Bad:
    """A bad file: how it is made, and a word that its reason must hold."""

    make: Callable[[Path], object]
    reason: str


def bytes_of(content: Callable[[], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content())


BAD = {
    "empty.txt": Bad(bytes_of(lambda: b""), "empty"),
    "blank.txt": Bad(bytes_of(lambda: b" \n\n \t\n"), ""),
    "binary.txt": Bad(bytes_of(lambda: random.Random(1).randbytes(5000)), ""),
    "cp1251.txt": Bad(bytes_of(lambda: ACT.encode("cp1251")), "1251"),
    "koi8r.txt": Bad(bytes_of(lambda: ACT.replace("№", "N").encode("koi8-r")), "koi8"),
    "utf16.txt": Bad(bytes_of(lambda: ACT.encode("utf-16")), "utf-16"),
    "truncated.pdf": Bad(bytes_of(lambda: pdf()[:-9000]), ""),
    "encrypted.pdf": Bad(
        bytes_of(lambda: pdf(encrypt=StandardEncryption("secret", "owner", strength=128))), "password"
    ),
    "pages_bomb.pdf": Bad(bytes_of(pages_bomb), ""),
    "object_bomb.pdf": Bad(bytes_of(object_bomb), ""),
    "bomb.docx": Bad(bytes_of(docx_bomb), "unpack"),
    "entities.html": Bad(bytes_of(entities_bomb), ""),
    "huge.txt": Bad(huge_text, "200 MiB"),
    "cat.png": Bad(bytes_of(cat), ""),
    "vanished.txt": Bad(lambda path: path.symlink_to("nowhere.txt"), "not there"),
    "locked.txt": Bad(lambda path: (path.write_text(ACT), path.chmod(0)), "read"),
}


@dataclass(frozen=True)
class Run:
    """What one run of the command line over all bad files and some good ones gave."""

    code: int
    stderr: str
    told: dict[str, dict[str, str]]
    kb: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("bad")
    acts = folder / "acts"
    acts.mkdir()
    for number in range(GOOD):
        (acts / f"good{number}.txt").write_text(ACT.format(number=number), "utf-8")
    for name, bad in BAD.items():
        bad.make(acts / name)
    kb = folder / "kb.duckdb"
    done = subprocess.run(
        [sys.executable, "-m", "buyruq", "ingest", str(acts), "--kb", str(kb), "--jobs", "2", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = {Path(item["source"]).name: item for item in json.loads(done.stdout)["quarantined"]}
    return Run(done.returncode, done.stderr, told, kb)


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_quarantined(name: str, run: Run) -> None:
    assert name in run.told
    assert BAD[name].reason.lower() in run.told[name]["reason"].lower()
    assert run.told[name]["remedy"]
    assert "program failed" not in run.told[name]["reason"]
    assert "killed the process" not in run.told[name]["reason"]
    lines = [line for line in run.stderr.splitlines() if f"/{name}: " in line]
    assert len(lines) == 1
    assert run.told[name]["reason"] in lines[0]
    assert run.told[name]["remedy"] in lines[0]
    with buyruq.open(run.kb) as kb:
        rows = kb.rows("SELECT status, error FROM documents WHERE ends_with(source, ?)", [f"/{name}"])[1]
    assert rows == [("quarantined", f"{run.told[name]['reason']}. {run.told[name]['remedy']}")]


def test_the_good_ones_are_stored_and_the_exit_code_says_it(run: Run) -> None:
    assert run.code == 3
    with buyruq.open(run.kb) as kb:
        rows = kb.rows(
            "SELECT count(*) FROM acts a JOIN documents d USING (document_id) WHERE contains(d.source, 'good')"
        )
        assert rows[1] == [(GOOD,)]


def test_nothing_of_a_bad_file_is_an_act(run: Run) -> None:
    with buyruq.open(run.kb) as kb:
        stored = kb.rows("SELECT source FROM documents WHERE status = 'ok' AND NOT contains(source, 'good')")[1]
    assert [Path(source).name for (source,) in stored] == []


def test_a_file_that_vanishes_between_looking_and_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent process saw the file, the worker does not find it any more."""
    (tmp_path / "stays.txt").write_text(ACT, "utf-8")
    (tmp_path / "goes.txt").write_text(ACT + "3. x", "utf-8")

    def examine_and_remove(path: Path, limits: buyruq.Limits) -> Found:
        found = examine(path, limits)
        if path.name == "goes.txt":
            path.unlink()
        return found

    monkeypatch.setattr("buyruq.ingest.examine", examine_and_remove)
    tally = ingest_paths([tmp_path], tmp_path / "kb.duckdb", jobs=1)
    assert [(Path(refusal.source).name, tally.added) for refusal in tally.refusals] == [("goes.txt", 1)]
    assert "not there" in tally.refusals[0].reason
