"""Fetch what the declared sources offer and keep it: the first half of a sync."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from buyruq.fetched import Fetches
from buyruq.files import may_be_act
from ingest.sources import Fetcher, discover, fetch_file
from models import Limits, SourceError
from models.sync import Agent, Candidate, Fetched, Source

LISTING = "(the list of what it offers)"  # key of a source's own failure

Seen = Callable[[str, str, str | None], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be had: source, address, reason and remedy in words."""

    source: str
    url: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}. {self.remedy}"


@dataclass(slots=True)
class Haul:
    """What one source gave."""

    source: str
    offered: int = 0
    passed_over: int = 0
    fetched: int = 0
    new: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gatherer:
    """How to fetch: who calls, what is allowed, what is old enough to pass over, whom to tell of each step."""

    agent: Agent
    limits: Limits = field(default_factory=Limits)
    since: date | None = None
    seen: Seen = lambda source, url, fault: None

    def gather(self, sources: Sequence[Source], state: Fetches, run: int) -> list[Haul]:
        """Fetch from each source in turn what this run has not fetched yet, and keep it."""
        last: dict[str, float] = {}
        hauls = []
        for source in sources:
            haul = Haul(source.name)
            hauls.append(haul)
            for candidate, fetcher in self._offered(source, haul, last, state, run):
                self._fetch(candidate, fetcher, state, run, haul)
        return hauls

    def plan(self, sources: Sequence[Source], state: Fetches | None) -> list[tuple[Candidate, str]]:
        """Return what each source offers and what a run would do with it, without fetching any document."""
        planned = []
        for source in sources:
            haul = Haul(source.name)
            for candidate, _ in self._offered(source, haul, {}, None, 0):
                row = state.row(candidate) if state else None
                planned.append((candidate, "ask whether it changed" if row and row.file else "fetch"))
            for fault in haul.faults:
                planned.append((Candidate(source.name, LISTING, fault.url), f"fails: {fault.reason}"))
        return planned

    def _offered(
        self, source: Source, haul: Haul, last: dict[str, float], state: Fetches | None, run: int
    ) -> Iterator[tuple[Candidate, Fetcher | None]]:
        listing = Candidate(source.name, LISTING, source.base or source.name)
        try:
            remote = source.kind != "folder"
            with Fetcher(source, self.agent, self.limits, last=last) if remote else nullcontext() as fetcher:
                for candidate in discover(source, fetcher):
                    if remote or may_be_act(candidate.url.rsplit("/", 1)[-1]):
                        haul.offered += 1
                        if self._is_old(candidate):
                            haul.passed_over += 1
                        else:
                            yield candidate, fetcher
        except Exception as error:  # a page built otherwise than known must not take the other sources with it
            known = error if isinstance(error, SourceError) else _unforeseen(listing.url, error)
            self._fail(listing, Fault(source.name, known.source, known.reason, known.remedy), state, run, haul)
        else:
            if state:
                state.forget_failure(source.name, LISTING)

    def _is_old(self, candidate: Candidate) -> bool:
        """Tell whether the candidate is dated before `since`; what has no date is looked at."""
        day = candidate.version_date or candidate.changed_on
        return self.since is not None and day is not None and day < self.since

    def _fetch(self, candidate: Candidate, fetcher: Fetcher | None, state: Fetches, run: int, haul: Haul) -> None:
        row = state.row(candidate)
        held = row if row and row.file and (state.folder / row.file).exists() else None
        if held and held.run == run and not held.reason:
            haul.unchanged += 1  # fetched before this run was killed
            return
        try:
            got = self._get(candidate, fetcher, held.etag if held else None, held.last_modified if held else None)
        except Exception as error:  # whatever one address answers must not take the others with it
            known = error if isinstance(error, SourceError) else _unforeseen(candidate.url, error)
            self._fail(candidate, Fault(candidate.source, candidate.url, known.reason, known.remedy), state, run, haul)
            return
        new = state.keep(got, run, datetime.now(UTC).replace(tzinfo=None))
        haul.fetched += got.data is not None
        haul.new += new
        haul.unchanged += not new
        self.seen(candidate.source, candidate.url, None)

    def _get(
        self, candidate: Candidate, fetcher: Fetcher | None, etag: str | None, last_modified: str | None
    ) -> Fetched:
        if fetcher is None:
            return fetch_file(candidate, etag, self.limits)
        return fetcher.fetch(candidate, etag, last_modified)

    def _fail(self, candidate: Candidate, fault: Fault, state: Fetches | None, run: int, haul: Haul) -> None:
        haul.faults.append(fault)
        if state:
            state.fail(candidate, run, fault.reason, fault.remedy)
        self.seen(candidate.source, fault.url, f"{fault.reason}. {fault.remedy}")


def _unforeseen(url: str, error: Exception) -> SourceError:
    return SourceError(url, f"the answer cannot be handled ({type(error).__name__}: {error})", "Report this.")
