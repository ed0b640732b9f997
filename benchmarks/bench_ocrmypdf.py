"""Time this program beside `ocrmypdf` on the same scanned PDFs, one process each, the language told to ocrmypdf alone.

    python benchmarks/bench_ocrmypdf.py [--pages N]

Each language has a PDF of the pages of bench_ocr.py: N clean ones, N cheap scans, N photographs. Seconds are processor
time of the whole command (its child processes too), which other work on the machine hardly changes; CER is that of the
text that each gives (ours before the repair, ocrmypdf's from its sidecar).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from bench_ocr import BARE, ROOT, errors, scans
from PIL import Image
from pypdfium2 import PdfDocument

INSTALL = "ocrmypdf is not installed; to measure it too: sudo apt-get install --no-install-recommends ocrmypdf"
READ = """
import json, sys
from pathlib import Path
import ingest
pages = ingest.read_pages(ingest.open_document(Path(sys.argv[1])))
print(json.dumps("\\n".join(line.text for page in pages for line in page.lines)))
"""


def bound(pictures: list[bytes], path: Path) -> None:
    """Write pictures as the pages of one PDF."""
    whole = PdfDocument.new()
    for data in pictures:
        buffer = io.BytesIO()
        image = Image.open(io.BytesIO(data))
        image.convert("L").save(buffer, "PDF", resolution=image.info["dpi"][0], quality=90)
        whole.import_pages(PdfDocument(buffer.getvalue()))
    whole.save(path)


def timed(call: list[str]) -> tuple[float, str]:
    """Return the processor time of a command with its children, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    told = subprocess.run(call, check=True, capture_output=True, text=True, env=env).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, told


def ours(path: Path) -> tuple[float, str]:
    """Return seconds and text of this program."""
    seconds, told = timed([sys.executable, "-c", READ, str(path)])
    return seconds, json.loads(told)


def theirs(path: Path, code: str, *options: str) -> tuple[float, str]:
    """Return seconds and text of ocrmypdf."""
    side = path.with_suffix(".txt")
    call = ["ocrmypdf", "--jobs", "1", "-l", "+".join(BARE[code]), "--sidecar", str(side), "--output-type", "pdf"]
    seconds, _ = timed([*call, *options, str(path), str(path.with_suffix(".out.pdf"))])
    return seconds, side.read_text("utf-8").replace("\f", "\n")


def main() -> None:
    """Print one row for each language."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=1)
    asked = options.parse_args()
    there = shutil.which("ocrmypdf") is not None
    pictures: dict[str, list[bytes]] = defaultdict(list)
    truths: dict[str, list[str]] = defaultdict(list)
    for code, _, truth, data in scans(asked.pages):
        pictures[code].append(data)
        truths[code].append(truth)
    print(
        "| language | pages | s/page | s/page ocrmypdf | times | CER | CER ocrmypdf | s/page deskewed | CER deskewed |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for code, files in pictures.items():
            path, truth, n = Path(folder) / f"{code}.pdf", "\n".join(truths[code]), len(files)
            bound(files, path)
            mine, text = ours(path)
            row = f"| {code} | {n} | {mine / n:.2f} |"
            if there:
                its, plain = theirs(path, code)
                slow, level = theirs(path, code, "--deskew", "--rotate-pages")
                row += f" {its / n:.2f} | {mine / its:.2f} | {errors(truth, text):.4f} | {errors(truth, plain):.4f}"
                print(f"{row} | {slow / n:.2f} | {errors(truth, level):.4f} |", flush=True)
            else:
                print(f"{row} | | {errors(truth, text):.4f} | | | |", flush=True)
    if not there:
        print(INSTALL)


if __name__ == "__main__":
    main()
