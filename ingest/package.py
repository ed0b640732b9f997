"""The parts of a docx package, unpacked inside limits and parsed without entities or network."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree

from models import LimitError, Limits, SourceError

MOST_PARTS = 10_000
# A part that unpacks to more than this many times its packed size, and is large, is a bomb; real acts stay below 60.
RATIO, RATIO_FROM = 200, 8 * 1024 * 1024
# The strict form of Office Open XML (ISO/IEC 29500-1) names its elements otherwise; they mean the same.
STRICT = b"http://purl.oclc.org/ooxml/"
NAMES = (
    (STRICT + b"wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (STRICT + b"officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (STRICT + b"drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
AGAIN = "Fetch the file anew, or open it in Word or LibreOffice and save it again as docx"


class Package:
    """An open docx; `part` gives the tree of one of its parts."""

    def __init__(self, source: str, data: bytes, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._parts = {info.filename: info for info in self._zip.infolist()}
        except UNREADABLE as error:
            raise self.damaged(error) from error
        self._check()
        self.left = limits.unpacked_bytes

    def _check(self) -> None:
        """Raise where the directory of the archive promises more than the limits allow, or is locked."""
        infos = self._parts.values()
        total = sum(info.file_size for info in infos)
        if len(self._parts) > MOST_PARTS or total > self.limits.unpacked_bytes:
            raise self.too_large(f"{total / 2**20:.0f} MiB in {len(self._parts)} parts")
        for info in infos:
            if info.file_size > RATIO_FROM and info.file_size > RATIO * max(info.compress_size, 1):
                raise self.too_large(f"{info.filename} grows {info.file_size // max(info.compress_size, 1)} times")
            if info.flag_bits & 1:
                raise SourceError(self.source, "the docx is locked with a password", "Take off the password first")

    def too_large(self, what: str) -> LimitError:
        """Return the error for a package that unpacks to too much."""
        reason = f"the docx unpacks to more than is allowed ({what})"
        return LimitError(self.source, reason, "Save it again without pictures, or raise the limit")

    def damaged(self, error: object) -> SourceError:
        """Return the error for a package or part that cannot be read."""
        why = " ".join(str(error).split())[:200]
        return SourceError(self.source, f"the docx is cut off or damaged ({why})", AGAIN)

    def part(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, or None where the package has no such part."""
        info = self._parts.get(name)
        if info is None:
            return None
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self.left + 1)
        except UNREADABLE as error:
            raise self.damaged(error) from error
        self.left -= len(data)
        if self.left < 0:
            raise self.too_large(name)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise SourceError(self.source, f"{name} declares entities, which no Word text does", AGAIN)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
        )
        try:
            return etree.fromstring(transitional(data), parser)
        except (etree.LxmlError, ValueError) as error:
            raise self.damaged(error) from error

    def main(self) -> str:
        """Return the name of the part that holds the text."""
        for kind, target in self.relations("").values():
            if kind.endswith("/officeDocument"):
                return target
        return "word/document.xml"

    def relations(self, name: str) -> Mapping[str, tuple[str, str]]:
        """Return the relations of a part ("" is the package): id to kind and target (a part's name or an address)."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for row in root.iter(RELATIONS) if root is not None else ():
            target = row.get("Target", "")
            if row.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[row.get("Id", "")] = (row.get("Type", ""), target)
        return found


def transitional(data: bytes) -> bytes:
    """Return a part with the names that the usual form of Office Open XML gives to its elements."""
    if STRICT in data:
        for strict, usual in NAMES:
            data = data.replace(strict, usual)
    return data
