"""Run the example of deploy/ against a local server that behaves like the portals: `make demo-sync`.

The server offers acts written for this project, with the faults that portals have; nothing else is contacted. The
example's addresses are replaced by the server's; the rest of the file is as an operator would write it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from portal import Answer, Portal, serve  # noqa: E402
from sync_acts import REQUISITES, adilet_page, paragraphs  # noqa: E402

HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
EXAMPLE = ROOT / "deploy" / "sources.example.toml"


def offer(portal: Portal) -> None:
    """Put pages under the addresses that the example names; some portals are busy at first, one act is not there."""
    for place, act in enumerate(("V2100023829", "Z1600000480")):
        for language in ("kaz", "rus"):
            base = f"/{language}/docs/{act}"
            number = 100 + place
            changed = ("14.03.2022", 55)
            portal.put(f"/{language}/archive/docs/{act}/05.01.2021", Answer(body=adilet_page(number), headers=HTML))
            portal.put(f"{base}/history", Answer(body=_history(language, act), headers=HTML))
            page = Answer(body=adilet_page(number, 9, changed), headers=HTML, etag=f'"{act}"')
            portal.put(base, Answer(503, b"busy"), page)
    blocks = [{"type": "paragraph", "text": text} for text in (REQUISITES.format(number=300), *paragraphs(300))]
    body = json.dumps({"metadata": {}, "content": [{"type": "title", "text": "О примере"}, *blocks]}).encode()
    for language in ("kaz", "rus"):
        portal.put(f"/api/documents/201474/{language}", Answer(body=body, headers=JSON))
    act = (ROOT / "corpus" / "specimens" / "05_uzl_law_lexuz.html").read_bytes()
    portal.put("/uz/docs/-6257288", Answer(body=act, headers=HTML, modified="Mon, 01 Jan 2024 00:00:00 GMT"))


def _history(language: str, act: str) -> bytes:
    rows = (f"/{language}/archive/docs/{act}/05.01.2021", "05.01.2021"), (f"/{language}/docs/{act}", "14.03.2022")
    links = "".join(f'<tr><td><a href="{path}">{day}</a></td></tr>' for path, day in rows)
    return f'<html><body><table id="ethernatable">{links}</table></body></html>'.encode()


def declare(portal: Portal, folder: Path) -> Path:
    """Write the example with the server's address in place of the portals'."""
    text = EXAMPLE.read_text("utf-8").replace('"corpus/specimens"', f'"{ROOT / "corpus" / "specimens"}"')
    text = re.sub(r'base = "https://[^"]+"', f'base = "{portal.base}"\nallow_private = true', text)
    text = re.sub(r"seconds_between_requests = [\d.]+.*", "seconds_between_requests = 0.1", text)
    (folder / "sources.toml").write_text(text, "utf-8")
    return folder / "sources.toml"


def call(*words: str | Path) -> int:
    """Show a command and run it."""
    print(f"\n$ buyruq {' '.join(map(str, words))}", flush=True)
    return subprocess.run([sys.executable, "-m", "buyruq", *map(str, words)], cwd=ROOT, check=False).returncode


def main() -> None:
    """Sync twice, ask how it stands, and show what changed."""
    with tempfile.TemporaryDirectory() as place, serve() as portal:
        offer(portal)
        sources, kb = declare(portal, Path(place)), Path(place) / "kb.duckdb"
        call("sync", "--sources", sources, "--kb", kb, "--dry-run")
        first = call("sync", "--sources", sources, "--kb", kb)
        second = call("sync", "--sources", sources, "--kb", kb)
        call("status", "--kb", kb)
        call("sql", "SELECT number, version, v.valid_from, current FROM versions v JOIN acts USING (act_id) "
             "WHERE number IN ('100', '101') ORDER BY ALL", "--kb", kb)  # fmt: skip
        shown = call("diff", "101 2021-01-05", "--kb", kb)
        print(f"\nExit codes: first sync {first}, second {second} (3: the redaction that is not there is named).")
        if (first, second, shown) != (3, 3, 0):
            sys.exit("the demonstration did not go as it should")


if __name__ == "__main__":
    main()
