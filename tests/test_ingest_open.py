"""Opening a file: kinds by content, limits, locks, wrong encodings, sidecars. Every refusal says reason and remedy."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ingest import open_document, read_pages
from models import LimitError, Limits, SourceError

KK = "Осы бұйрықтың орындалуын бақылау вице-министрге жүктелсін.\n1) әкімшілік ғимарат; 2) өңір ұйымы.\n" * 20
RU = "Контроль за исполнением настоящего приказа возложить на курирующего вице-министра.\nПункт 1 исключить.\n" * 20
UZ = "Мазкур буйруқнинг ижросини назорат қилиш ўринбосар зиммасига юклансин.\n1) ҳужжат, ғазна, қарор.\n" * 20

KINDS = [
    ("a.pdf", KK.encode(), "text/plain"),
    ("a", f"# Тақырып\n\n> Нысан\n\n{KK}".encode(), "text/markdown"),
    ("a.txt", b"<!DOCTYPE html><html><body><p>x</p></body></html>", "text/html"),
    ("a.txt", b"\xef\xbb\xbf  <div class='ACT_TEXT'>x</div>", "text/html"),
    ("a.txt", b"%PDF-1.7\n", "application/pdf"),
    ("a.txt", b"\x89PNG\r\n\x1a\n....", "image/png"),
    ("a.txt", b"\xff\xd8\xff\xe0....", "image/jpeg"),
    ("a.txt", b"II*\0....", "image/tiff"),
    ("a.txt", b'{"metadata": {}, "content": [{"type": "title", "text": "x"}]}', "application/json"),
]


@pytest.mark.parametrize(("name", "data", "kind"), KINDS)
def test_the_kind_is_found_from_the_content(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert open_document(path).media_type == kind


def test_a_docx_is_a_zip_with_a_word_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    assert open_document(path).media_type.endswith("wordprocessingml.document")


REFUSED = [
    (b"", "empty"),
    (b" \n\t\r\n", "empty"),
    (b"--- ... ***\n", "no letter"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old Office"),
    (b"{\\rtf1 x}", "RTF"),
    (b"GIF89a......", "damaged or cut off"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    (b"PK\x03\x04 cut off", "cut off or damaged"),
    (b"<?xml version='1.0'?><akomaNtoso/>", "XML"),
    (b"\x00\x01\x02binary\x00", "binary"),
    (bytes(range(1, 256)) * 8, "not certain"),
    (b"From: <Saved by Blink>\r\nSubject: x\r\n y\r\nMIME-Version: 1.0\r\n\r\n<html>=D0=9F</html>", "web archive"),
    (b"MIME-Version: 1.0\n\n<html></html>", "web archive"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_other_files_are_refused_with_reason_and_remedy(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_pages(open_document(path))
    assert reason in caught.value.reason
    assert caught.value.remedy
    assert caught.value.source == str(path)


ENCODINGS = [
    (RU, "cp1251", "Windows-1251", "CP1251"),
    (RU, "koi8_r", "KOI8-R", "KOI8-R"),
    (RU, "cp866", "DOS", "CP866"),
    (RU, "iso8859_5", "ISO-8859-5", "ISO-8859-5"),
    (RU, "utf-16", "UTF-16", "UTF-16"),
    (RU, "utf-16-le", "UTF-16LE", "UTF-16LE"),
    (RU, "utf-16-be", "UTF-16BE", "UTF-16BE"),
    (KK, "kz1048", "KZ-1048", "RK1048"),
    (KK, "ptcp154", "PT154", "PT154"),
    (KK, "utf-16", "UTF-16", "UTF-16"),
    (UZ, "utf-16", "UTF-16", "UTF-16"),
    (UZ, "ptcp154", "PT154", "PT154"),
]


@pytest.mark.parametrize(("text", "codec", "name", "iconv"), ENCODINGS)
def test_a_wrong_encoding_is_named_with_the_command_that_mends_it(
    tmp_path: Path, text: str, codec: str, name: str, iconv: str
) -> None:
    path = tmp_path / "my act.txt"
    path.write_bytes(text.encode(codec))
    with pytest.raises(SourceError) as caught:
        open_document(path)
    assert name in caught.value.reason
    assert f"iconv -f {iconv} -t UTF-8 '{path}'" in caught.value.remedy


def test_a_mix_of_encodings_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Бірінші жол.\n".encode() * 30 + b"caf\xe8.\n")
    with pytest.raises(SourceError, match="line 31"):
        open_document(path)


def test_a_text_that_is_cut_off_in_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(KK.encode() + "б".encode()[:1])
    with pytest.raises(SourceError, match="cut off"):
        open_document(path)


def test_utf8_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + KK.encode())
    assert read_pages(open_document(path))[0].lines[0].text.startswith("Осы")


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    with pytest.raises(LimitError, match="200 MiB"):
        open_document(path)


def test_many_lines_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("жол\n" * 100, encoding="utf-8")
    with pytest.raises(LimitError):
        read_pages(open_document(path), Limits(lines=50))


def test_files_that_are_not_there_or_no_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "gone.txt", tmp_path, tmp_path / "pipe", tmp_path / ("x" * 300), Path("a\0b")):
        with pytest.raises(SourceError) as caught:
            open_document(path)
        assert caught.value.remedy


def test_a_file_that_nobody_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(KK, encoding="utf-8")
    path.chmod(0)
    with pytest.raises(SourceError, match="may not be read"):
        open_document(path)


@pytest.mark.parametrize("lock", ["flock", "lockf"])
def test_a_file_that_another_program_locks_is_refused(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(KK, encoding="utf-8")
    script = (
        f"import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.{lock}(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(SourceError, match="locked"):
            open_document(path)
    finally:
        holder.communicate("\n")
    assert open_document(path).media_type == "text/plain"


META = """
act_code: '1'
requisite: Приказ Министра от 2 марта 2020 года № 5
title:
  rus: О порядке
  kaz: Тәртіп туралы
approved_on: 2020-03-02
version_date: {kaz: 2021-01-01, rus: 2021-02-01}
caused_by:
  requisite: Приказ Министра от 1 февраля 2021 года № 9
"""


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sidecar_supplies_requisites(tmp_path: Path) -> None:
    path = put(tmp_path / "kaz.md", KK)
    put(tmp_path / "rus.md", RU)
    put(tmp_path / "meta.yaml", META)
    found = open_document(path).requisites
    assert found is not None
    assert found.titles == {"ru": "О порядке", "kk": "Тәртіп туралы"}
    assert found.adopted_on == date(2020, 3, 2)
    assert found.version_date == date(2021, 2, 1)
    assert found.amended_by is not None
    assert "№ 9" in found.amended_by


def test_versions_share_what_the_first_one_says(tmp_path: Path) -> None:
    put(tmp_path / "2020-03-02" / "meta.yaml", META)
    bare = put(tmp_path / "2022-05-01" / "rus.md", RU)
    short = put(tmp_path / "2023-05-01" / "rus.md", RU)
    put(
        tmp_path / "2023-05-01" / "meta.yaml",
        "act_code: '1'\nnumber: '5'\nregistered_no: 77\nversion_date: 2023-05-01\n",
    )
    found = open_document(bare).requisites
    assert found is not None
    assert (found.sentence, found.version_date, found.amended_by) == (
        "Приказ Министра от 2 марта 2020 года № 5",
        date(2022, 5, 1),
        None,
    )
    found = open_document(short).requisites
    assert found is not None
    assert (found.number, found.registered_number, found.titles["ru"]) == ("5", "77", "О порядке")
    assert open_document(put(tmp_path / "amending-9" / "rus.md", RU)).requisites is None


def test_a_sidecar_does_not_speak_for_a_folder_of_other_acts(tmp_path: Path) -> None:
    put(tmp_path / "meta.yaml", META)
    path = put(tmp_path / "order.txt", RU)
    put(tmp_path / "law.txt", RU)
    assert open_document(path).requisites is None
    put(tmp_path / "order.meta.yaml", "number: '12'\n")
    found = open_document(path).requisites
    assert found is not None
    assert found.number == "12"


def test_front_matter_gives_requisites_and_is_not_printed(tmp_path: Path) -> None:
    front = "---\nlanguage: kaz\ntitle: Тәртіп туралы\napproval_date: 2020-03-02\n---\n"
    document = open_document(put(tmp_path / "a.md", f"{front}# Тәртіп туралы\n\nБҰЙЫРАМЫН:\n"))
    assert document.requisites is not None
    assert document.requisites.titles == {"kk": "Тәртіп туралы"}
    lines = [line.text for line in read_pages(document)[0].lines]
    assert lines == ["", "", "", "", "", "Тәртіп туралы", "", "БҰЙЫРАМЫН:"]


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    "text", [BOMB, "- a\n- b\n", "a: [", "!!python/object/apply:os.system [ls]\n", "x: " + "y" * 2**19]
)
def test_a_broken_or_hostile_sidecar_is_refused(tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "rus.md", RU)
    put(tmp_path / "meta.yaml", text)
    with pytest.raises(SourceError, match="sidecar"):
        open_document(path)
