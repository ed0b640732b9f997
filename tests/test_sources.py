"""Fetching from folders and portals: what lands, what is refused and why, how politely."""

from __future__ import annotations

import ssl
import sys
from datetime import date
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import stamina
import trustme

from ingest.sources import Fetcher, discover, load_sources
from ingest.sources.adilet import history
from ingest.sources.fetch import UNREACHED, _AgainError, _backoff
from ingest.sources.folder import fetch as fetch_file
from models import LimitError, Limits, SourceError, UsageError
from models.sync import Agent, Candidate, Source

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal, serve

AGENT = Agent("ops@example.org")
PAGE = b"<!DOCTYPE html><html><body><article><p>1. Text.</p></article></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


def source(**changes: object) -> Source:
    given = {
        "name": "test",
        "kind": "urls",
        "hosts": ("localhost",),
        "allow_private": True,
        "seconds_between_requests": 0.0,
    }
    return Source(**{**given, **changes})  # type: ignore[arg-type]


def fetch(portal: Portal, path: str, **options: object):
    changes = options.pop("source", {})
    with Fetcher(source(**changes), AGENT, options.pop("limits", Limits()), **options) as fetcher:  # type: ignore[arg-type]
        return fetcher.fetch(Candidate("test", path, portal.base + path))


def test_a_page_arrives_with_its_marks_and_the_caller_is_named(portal):
    portal.put("/a", Answer(body=PAGE, headers=HTML, etag='"1"', modified="Mon, 01 Jan 2024 00:00:00 GMT"))
    got = fetch(portal, "/a")
    assert (got.data, got.etag) == (PAGE, '"1"')
    assert "ops@example.org" in portal.seen[-1][1]["user-agent"]


def test_an_unchanged_page_is_not_sent_again(portal):
    portal.put("/a", Answer(body=PAGE, headers=HTML, etag='"1"'))
    with Fetcher(source(), AGENT) as fetcher:
        assert fetcher.fetch(Candidate("test", "a", portal.base + "/a"), etag='"1"').data is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_faults_are_retried(portal, status):
    portal.put("/a", Answer(status, b"busy"), Answer(status, b"busy"), Answer(body=PAGE, headers=HTML))
    assert fetch(portal, "/a").data == PAGE
    assert portal.asked["/a"] == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(404, b"no"), "not there"),
        (Answer(410, b"no"), "not there"),
        (Answer(403, b"no"), "answered 403"),
        (Answer(504, b"no"), "answered 504"),
        (Answer(200, b""), "empty body"),
        (Answer(200, b"<html><body>Please solve the CAPTCHA</body></html>", HTML), "CAPTCHA"),
        (Answer(302, b"", {"Location": "/a"}), "redirects"),
        (Answer(302, b"", {"Location": "http://evil.example.org/x"}), "not declared"),
        (Answer(302, b"", {"Location": "file:///etc/passwd"}), "not declared"),
    ],
)
def test_what_cannot_be_had_is_named(portal, answer, reason):
    portal.put("/a", answer)
    with pytest.raises(SourceError, match=reason):
        fetch(portal, "/a")


def test_a_long_act_that_speaks_of_captchas_is_an_act(portal):
    act = PAGE.replace(b"Text.", b"The site uses a captcha.")
    portal.put("/a", Answer(body=act, headers=HTML))
    assert fetch(portal, "/a").data == act


def test_retry_after_is_obeyed():
    assert _backoff(_AgainError("x", 7.0)) == 7.0


def test_a_host_that_asks_for_a_long_pause_is_left_alone(portal):
    portal.put("/robots.txt", Answer(404, b""))
    portal.put("/a", Answer(429, b"", {"Retry-After": "99999"}))
    portal.put("/b", Answer(body=PAGE, headers=HTML))
    last: dict[str, float] = {}
    with Fetcher(source(), AGENT, last=last) as fetcher:
        with pytest.raises(SourceError, match="429 and asks for a pause of 99999 s"):
            fetcher.fetch(Candidate("test", "a", portal.base + "/a"))
        with pytest.raises(SourceError, match="asked for a pause"):
            fetcher.fetch(Candidate("test", "b", portal.base + "/b"))
    with Fetcher(source(), AGENT, last=last) as another, pytest.raises(SourceError, match="asked for a pause"):
        another.fetch(Candidate("test", "b", portal.base + "/b"))
    assert [path for path, _, _ in portal.seen] == ["/robots.txt", "/a"]


def test_a_host_that_cannot_be_reached_is_not_tried_for_every_address():
    tried: list[float] = []
    with Fetcher(source(robots=False, seconds_between_requests=1.0), AGENT, attempts=2, sleep=tried.append) as fetcher:
        for number in range(UNREACHED + 5):
            with pytest.raises(SourceError, match=r"connection failed|cannot be reached"):
                fetcher.fetch(Candidate("test", str(number), f"http://localhost:1/{number}"))
    assert len(tried) < 4 * UNREACHED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(body=b"not packed", headers={**HTML, "Content-Encoding": "gzip"}), "connection failed"),
        (Answer(302, b"", {"Location": "http://[::1"}), r"connection failed|the address is none"),
        (Answer(302, b"", {"Location": "http://[oops]/"}), r"connection failed|the address is none"),
        (Answer(302, b"", {"Location": "ftp://localhost/a"}), "not declared"),
    ],
)
def test_a_senseless_answer_is_named(portal, answer, reason):
    portal.put("/a", answer)
    with pytest.raises(SourceError, match=reason):
        fetch(portal, "/a")


def test_an_address_that_is_none_is_named():
    with Fetcher(source(), AGENT) as fetcher, pytest.raises(SourceError, match="the address is none"):
        fetcher.fetch(Candidate("test", "a", "http://[localhost/a"))


def test_a_cut_connection_is_retried_and_then_named(portal):
    portal.put("/a", Answer(body=PAGE, headers=HTML, cut=10), Answer(body=PAGE, headers=HTML))
    assert fetch(portal, "/a").data == PAGE
    portal.put("/b", Answer(body=PAGE, headers=HTML, cut=10))
    with pytest.raises(SourceError, match="connection failed"):
        fetch(portal, "/b")


def test_a_body_that_drips_forever_is_given_up(portal):
    portal.put("/a", Answer(body=PAGE * 3, headers=HTML, drip=0.02))
    with pytest.raises(SourceError, match="longer than"):
        fetch(portal, "/a", seconds=0.2, attempts=1)


def test_a_body_over_the_limit_is_not_read_to_its_end(portal):
    portal.put("/a", Answer(body=b"x" * 200_000))
    with pytest.raises(LimitError):
        fetch(portal, "/a", limits=Limits(bytes=100_000))


def test_redirects_inside_the_source_are_followed(portal):
    portal.put("/a", Answer(301, b"", {"Location": "/b;jsessionid=1"}))
    portal.put("/b;jsessionid=1", Answer(body=b"%PDF-1.4 x"))
    assert fetch(portal, "/a").url.endswith("/b;jsessionid=1")


def test_no_private_address_without_leave(portal):
    portal.put("/a", Answer(body=PAGE, headers=HTML))
    with pytest.raises(SourceError, match="private"):
        fetch(portal, "/a", source={"allow_private": False})


def test_robots_are_obeyed_and_read_once(portal):
    portal.put("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /secret\n"))
    portal.put("/a", Answer(body=PAGE, headers=HTML))
    with Fetcher(source(), AGENT) as fetcher:
        fetcher.fetch(Candidate("test", "a", portal.base + "/a"))
        with pytest.raises(SourceError, match=r"robots\.txt"):
            fetcher.fetch(Candidate("test", "s", portal.base + "/secret/x"))
    assert [path for path, _, _ in portal.seen] == ["/robots.txt", "/a"]


def test_an_unreachable_robots_file_stops_the_crawl(portal):
    portal.put("/robots.txt", Answer(503, b""))
    portal.put("/a", Answer(body=PAGE, headers=HTML))
    with pytest.raises(SourceError, match=r"robots\.txt"):
        fetch(portal, "/a")


def test_a_robots_file_that_moved_is_followed(portal):
    portal.put("/robots.txt", Answer(301, b"", {"Location": "/rules.txt"}))
    portal.put("/rules.txt", Answer(body=b"User-agent: *\nDisallow: /a\n"))
    portal.put("/a", Answer(body=PAGE, headers=HTML))
    with pytest.raises(SourceError, match=r"robots\.txt forbids"):
        fetch(portal, "/a")


def test_requests_to_one_host_keep_their_distance(portal):
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    portal.put("/robots.txt", Answer(body=b"User-agent: *\nCrawl-delay: 5\n"))
    portal.put("/a", Answer(body=PAGE, headers=HTML))
    with Fetcher(source(seconds_between_requests=2.0), AGENT, sleep=sleep, clock=lambda: now[0]) as fetcher:
        fetcher.fetch(Candidate("test", "a", portal.base + "/a"))
        fetcher.fetch(Candidate("test", "a", portal.base + "/a"))
    assert slept[-1] == pytest.approx(5.0)


def test_a_certificate_that_cannot_be_checked_fails_closed(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def tls(server: ThreadingHTTPServer) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return "https"

    with serve(tls) as portal:
        portal.put("/a", Answer(body=PAGE, headers=HTML))
        with pytest.raises(SourceError, match="ca_file"):
            fetch(portal, "/a")
        assert fetch(portal, "/a", source={"ca_file": str(tmp_path / "ca.pem")}).data == PAGE


def test_redactions_are_listed_oldest_first(portal):
    page = b"""<html><body><table id="ethernatable">
    <tr><td><a href="/rus/archive/docs/Z1600000480/05.01.2017">x</a></td></tr>
    <tr><td><a href="/rus/archive/docs/Z1600000480/04.12.2016">x</a></td></tr>
    <tr><td><a href="/rus/docs/Z1600000480">now</a></td></tr></table>
    <a href="/rus/archive/docs/Z9900000001/01.01.2001">another act</a></body></html>"""
    assert [d for _, d in history(page, "Z1600000480", "rus")] == [date(2016, 12, 4), date(2017, 1, 5)]
    portal.put("/rus/docs/Z1600000480/history", Answer(body=page, headers=HTML))
    entry = source(
        kind="adilet",
        base=portal.base,
        acts=("Z1600000480",),
        languages=("rus",),
        redactions=True,
        formats=("html", "pdf"),
    )
    with Fetcher(entry, AGENT) as fetcher:
        found = list(discover(entry, fetcher))
    assert [c.url.removeprefix(portal.base) for c in found] == [
        "/rus/archive/docs/Z1600000480/04.12.2016",
        "/rus/archive/docs/Z1600000480/05.01.2017",
        "/rus/docs/Z1600000480",
        "/rus/docs/Z1600000480/download",
    ]


@pytest.mark.parametrize(
    ("kind", "act", "url"),
    [
        ("zan", "201474", "/api/documents/201474/kaz"),
        ("lex", "-6257288", "/kaz/docs/-6257288"),
        ("lex", "-6257288@2023-01-31", "/kaz/docs/-6257288?ONDATE=31.01.2023"),
    ],
)
def test_addresses_of_the_other_portals(kind, act, url):
    entry = Source("x", kind, base="https://example.org/", acts=(act,), languages=("kaz",))
    assert [c.url for c in discover(entry)] == ["https://example.org" + url]


@pytest.mark.parametrize("kind", ["adilet", "zan", "lex"])
def test_a_wrong_identifier_is_named(kind):
    with pytest.raises(SourceError, match=r"identifier|number"):
        list(discover(Source("x", kind, base="https://example.org", acts=("../../etc",))))


def test_a_folder_gives_its_files_and_dates_and_knows_what_is_unchanged(tmp_path):
    (tmp_path / "2016-02-29").mkdir()
    (tmp_path / "2016-02-29" / "kaz.md").write_text("text", "utf-8")
    (tmp_path / "meta.yaml").write_text("x: 1", "utf-8")
    (tmp_path / ".hidden").write_text("x", "utf-8")
    found = list(discover(Source("f", "folder", base=str(tmp_path))))
    assert [(c.url.rsplit("/", 1)[-1], c.version_date) for c in found] == [("kaz.md", date(2016, 2, 29))]
    first = fetch_file(found[0])
    assert first.data == b"text"
    assert fetch_file(found[0], first.etag).data is None
    with pytest.raises(LimitError):
        fetch_file(found[0], limits=Limits(bytes=2))
    (tmp_path / "2016-02-29" / "kaz.md").unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        fetch_file(found[0])


GOOD = '[agent]\ncontact = "a@b.org"\n[[source]]\nname = "x"\nkind = "urls"\nurls = ["https://example.org/a"]\n'


def test_the_hosts_are_those_that_the_file_names(tmp_path):
    (tmp_path / "s.toml").write_text(GOOD + 'hosts = ["files.example.org"]\n', "utf-8")
    agent, (entry,) = load_sources(tmp_path / "s.toml")
    assert entry.hosts == ("example.org", "files.example.org")
    assert agent.header == "buyruq (+a@b.org)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= broken", "TOML"),
        ("[other]\n", "unknown tables"),
        ('[agent]\ncontact = "x"\n', "no .*entry"),
        (GOOD.replace('kind = "urls"', 'kind = "ftp"'), "kind must be"),
        (GOOD.replace("urls = ", "addresses = "), "unknown keys"),
        (GOOD.replace('urls = ["https://example.org/a"]', "urls = []"), "urls is missing"),
        (GOOD.replace('contact = "a@b.org"', ""), "contact"),
        (GOOD + GOOD[GOOD.index("[[") :], "same name"),
        (GOOD + "seconds_between_requests = 'often'\n", "wrong type"),
    ],
)
def test_a_wrong_file_of_sources_is_explained(tmp_path, text, message):
    (tmp_path / "s.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        load_sources(tmp_path / "s.toml")
