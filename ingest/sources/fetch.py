"""Fetch politely: declared hosts only, robots.txt, one connection, a rate limit, conditional requests, retries."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from types import TracebackType
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx
import stamina

from ingest.sources.answers import refuse_what_is_no_act
from models import LimitError, Limits, SourceError
from models.sync import Agent, Candidate, Fetched, Source

MAX_REDIRECTS = 5
RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
LONGEST_WAIT = 120.0  # seconds; a portal that asks for more is left for the next run
UNREACHED = 3  # addresses in a row that could not be connected to; then the host is left for the next run
UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout)
BROKEN = (httpx.TransportError, httpx.DecodingError)


class _AgainError(Exception):
    """A passing fault: try again, after `wait` seconds where the server said so."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def _backoff(error: Exception) -> bool | float:
    if isinstance(error, _AgainError):
        return error.wait if error.wait is not None else True
    return isinstance(error, BROKEN) and not _is_certificate_fault(error)


class Fetcher:
    """Fetches what one source offers; use it as a context manager.

    `seconds` is the longest that one body may take; `last` notes when each host was asked last, and is shared by the
    sources of one run. Raises SourceError where a candidate cannot be had.
    """

    def __init__(
        self,
        source: Source,
        agent: Agent,
        limits: Limits = Limits(),
        *,
        seconds: float = 60.0,
        attempts: int = 4,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        last: dict[str, float] | None = None,
    ) -> None:
        self.source, self.limits, self.seconds, self.attempts = source, limits, seconds, attempts
        self._agent, self._sleep, self._clock = agent, sleep, clock
        self._last = {} if last is None else last
        self._robots: dict[str, RobotFileParser] = {}
        self._unreached: Counter[str] = Counter()
        self._client = httpx.Client(
            headers={"User-Agent": agent.header},
            verify=_trust(source),
            timeout=httpx.Timeout(seconds, connect=min(seconds, 15.0)),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=False,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, candidate: Candidate, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return the candidate's bytes, or `data` None where they are the same as at `etag` or `last_modified`."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {**candidate.headers, **{k: v for k, v in conditions.items() if v}}
        try:
            host = urlsplit(candidate.url).hostname or ""
            if self._unreached[host] >= UNREACHED:
                raise SourceError(candidate.url, f"{host} cannot be reached", "The next run tries again.")
            for attempt in stamina.retry_context(on=_backoff, attempts=self.attempts, timeout=None, wait_max=30.0):
                with attempt:
                    got = self._follow(candidate, headers)
            self._unreached[host] = 0
        except _AgainError as error:
            self._unreached[host] += self.source.robots and not self._robots  # no robots.txt, no page
            raise SourceError(candidate.url, str(error), "The next run tries again.") from error
        except BROKEN as error:
            self._unreached[host] += isinstance(error, UNREACHABLE)
            raise self._transport_fault(candidate, error) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceError(candidate.url, f"the address is none ({error})", "Mend it in sources.toml.") from error
        return got

    def _follow(self, candidate: Candidate, headers: dict[str, str]) -> Fetched:
        url = candidate.url
        for _ in range(MAX_REDIRECTS + 1):
            self._permit(url)
            self._wait_for(urlsplit(url).hostname or "")
            with self._client.stream(candidate.method, url, headers=headers, content=candidate.body) as response:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers["location"])
                    continue
                return self._answer(candidate, url, response)
        raise SourceError(candidate.url, f"more than {MAX_REDIRECTS} redirects", "Look at the address in a browser.")

    def _answer(self, candidate: Candidate, url: str, response: httpx.Response) -> Fetched:
        etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        status = response.status_code
        if status == httpx.codes.NOT_MODIFIED:
            return Fetched(candidate, url, None, etag, modified)
        if status in RETRY_STATUS:
            raise self._again(url, response, f"the server answered {status}")
        if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise SourceError(candidate.url, f"the server answered {status}: it is not there", "Check the identifier.")
        if status != httpx.codes.OK:
            raise SourceError(
                candidate.url, f"the server answered {status}", "Check the address and your rights to it."
            )
        data = self._body(candidate, response)
        refuse_what_is_no_act(candidate, data, response.headers.get("content-type", ""))
        return Fetched(candidate, url, data, etag, modified)

    def _again(self, url: str, response: httpx.Response, reason: str) -> Exception:
        """Return the fault to try again; where the server asks for a long pause, its host is left alone until then."""
        wait = _retry_after(response)
        if wait is None or wait <= LONGEST_WAIT:
            return _AgainError(reason, wait)
        self._last[urlsplit(url).hostname or ""] = self._clock() + wait
        return SourceError(url, f"{reason} and asks for a pause of {wait:.0f} s", "A later run tries again.")

    def _body(self, candidate: Candidate, response: httpx.Response) -> bytes:
        until = self._clock() + self.seconds
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self.limits.bytes:
                raise LimitError(candidate.url, f"over {self.limits.bytes} bytes", "Raise the limit if it is wanted.")
            if self._clock() > until:
                raise _AgainError(f"the body took longer than {self.seconds:g} s")
            parts.append(part)
        return b"".join(parts)

    def _permit(self, url: str) -> None:
        self._refuse_host(url)
        if self.source.robots and not self._allowed_by_robots(url):
            raise SourceError(url, "robots.txt forbids it", "Ask the portal's owner, or remove it from the source.")

    def _refuse_host(self, url: str) -> None:
        """Raise SourceError where the address is not on a declared, public host."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or host not in self.source.hosts:
            raise SourceError(
                url, f"host {host!r} is not declared for source {self.source.name!r}", "Add it to `hosts` if wanted."
            )
        if not self.source.allow_private and _is_private(host):
            raise SourceError(url, f"{host} is a private address", "Set allow_private = true if the server is yours.")

    def _allowed_by_robots(self, url: str) -> bool:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            rules = RobotFileParser()
            rules.parse(self._robots_lines(f"{origin}/robots.txt"))
            self._robots[origin] = rules
        return self._robots[origin].can_fetch(self._agent.name, url)

    def _robots_lines(self, url: str) -> list[str]:
        """Return what robots.txt says, redirects followed on declared hosts; nothing where there is none (RFC 9309)."""
        for _ in range(MAX_REDIRECTS + 1):
            self._refuse_host(url)
            self._wait_for(urlsplit(url).hostname or "")
            with self._client.stream("GET", url) as answer:
                if answer.has_redirect_location:
                    url = urljoin(url, answer.headers["location"])
                    continue
                if answer.status_code in RETRY_STATUS:  # RFC 9309: where it is unreachable, do not crawl, for now
                    raise self._again(url, answer, f"robots.txt: the server answered {answer.status_code}")
                if answer.status_code != httpx.codes.OK:
                    return []
                return self._body(Candidate(self.source.name, url, url), answer).decode("utf-8", "replace").splitlines()
        return []

    def _wait_for(self, host: str) -> None:
        """Keep the distance to the last request. Raises SourceError where the host asked for a long pause."""
        pause = self._last.get(host, -1e9) - self._clock()
        if pause > LONGEST_WAIT:
            raise SourceError(host, f"the server asked for a pause of {pause:.0f} s", "A later run tries again.")
        delays = [self.source.seconds_between_requests]
        for origin, rules in self._robots.items():
            asked = rules.crawl_delay(self._agent.name)
            if urlsplit(origin).hostname == host and asked:
                delays.append(float(asked))
        due = self._last.get(host, -1e9) + max(delays)
        if due > self._clock():
            self._sleep(due - self._clock())
        self._last[host] = self._clock()

    def _transport_fault(self, candidate: Candidate, error: httpx.RequestError) -> SourceError:
        if _is_certificate_fault(error):
            return SourceError(
                candidate.url,
                f"the server's certificate cannot be checked ({error})",
                "Name a file with the missing certificates as ca_file in sources.toml; checking is never turned off.",
            )
        return SourceError(
            candidate.url, f"the connection failed ({error or type(error).__name__})", "The next run tries again."
        )


def _trust(source: Source) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if source.ca_file:
        try:
            context.load_verify_locations(source.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SourceError(
                source.name, f"ca_file {source.ca_file} cannot be read ({error})", "Give a PEM file."
            ) from error
    return context


def _is_certificate_fault(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max((until - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)


def _is_private(host: str) -> bool:
    """Tell whether any address of the host is not a public one (also where it does not resolve)."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False  # the request itself will say that the host does not resolve
    return any(not ipaddress.ip_address(str(address).split("%")[0]).is_global for address in found)
