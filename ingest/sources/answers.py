"""Tell an act from the other things that a portal answers with status 200: a CAPTCHA, a log-in, an empty page."""

from __future__ import annotations

import re

from models import SourceError
from models.sync import Candidate

# What robots are shown instead of a page; looked for in the first part of a small HTML answer only.
_CHALLENGE = re.compile(
    rb"captcha|cf-challenge|cf-turnstile|are you (?:a )?(?:human|robot)|ddos-guard|checking your browser",
    re.IGNORECASE,
)
_CHALLENGE_BYTES = 60_000  # an act with the word "captcha" in it is longer, or says so far down
_ACT_MARKS = (b"<article", b"container_alpha", b'id="divCont"', b"id='divCont'", b"lx_elem")


def refuse_what_is_no_act(candidate: Candidate, data: bytes, content_type: str) -> None:
    """Raise SourceError where the body is empty or is a challenge to robots instead of the act."""
    if not data.strip():
        raise SourceError(candidate.url, "the server answered with an empty body", "The next run tries again.")
    if "html" not in content_type and not data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return
    marked = any(mark in data for mark in _ACT_MARKS)
    if not marked and len(data) < _CHALLENGE_BYTES and _CHALLENGE.search(data):
        raise SourceError(
            candidate.url,
            "the portal shows a CAPTCHA instead of the act",
            "Open the portal in a browser, or raise seconds_between_requests; the next run tries again.",
        )
