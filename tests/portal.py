"""A local web server that behaves like the portals do, faults included: each path is scripted with its answers."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One answer, and how it misbehaves: `delay` s before it, `cut` after bytes of the body, `drip` s a byte."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None
    drip: float = 0.0
    etag: str | None = None
    modified: str | None = None


class Portal:
    """`script[path]` is a list of answers, the last one repeated; `seen` lists the requests (path, headers, time)."""

    def __init__(self) -> None:
        self.script: dict[str, list[Answer]] = {}
        self.seen: list[tuple[str, dict[str, str], float]] = []
        self.asked: dict[str, int] = defaultdict(int)
        self.base = ""

    def put(self, path: str, *answers: Answer) -> str:
        self.script[path] = list(answers)
        return self.base + path

    def answer(self, path: str) -> Answer:
        answers = self.script.get(path)
        if not answers:
            return Answer(404, b"not found")
        turn = min(self.asked[path], len(answers) - 1)
        self.asked[path] += 1
        return answers[turn]


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {k.lower(): v for k, v in self.headers.items()}
            portal.seen.append((self.path, headers, time.monotonic()))
            answer = portal.answer(self.path)
            time.sleep(answer.delay)
            same = (answer.etag and headers.get("if-none-match") == answer.etag) or (
                answer.modified and headers.get("if-modified-since") == answer.modified
            )
            if same and answer.status == 200:
                answer = Answer(304, b"", answer.headers, etag=answer.etag, modified=answer.modified)
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            if answer.modified:
                self.send_header("Last-Modified", answer.modified)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            body = answer.body if answer.cut is None else answer.body[: answer.cut]
            try:
                if answer.drip:
                    for i in range(len(body)):
                        self.wfile.write(body[i : i + 1])
                        self.wfile.flush()
                        time.sleep(answer.drip)
                else:
                    self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return
            if answer.cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


@contextmanager
def serve(wrap: Callable[[ThreadingHTTPServer], str] | None = None) -> Iterator[Portal]:
    """Serve a new portal on a free port of this machine; `wrap` may put TLS around it and gives the scheme."""
    portal = Portal()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(portal))
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]  # a caller that was killed
    scheme = wrap(server) if wrap else "http"
    portal.base = f"{scheme}://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
