"""Speed, start-up and memory of the decoder on made-up soup: `python benchmarks/bench_decoder.py`."""

from __future__ import annotations

import resource
import time

BEGUN = time.perf_counter()

from normalizers.decoder import decode, score_channels  # noqa: E402

SOUP = [
    "1. Ocbl Kaynbl KOJI KOHbUIFaH KYHIHEH OacTan KOJIJaHbICKA CHTI3LIEIL.",
    "Kazakcran Pecny6nmkaceiHbIH apHayJIbl MEMJIEKETTIK OpraHIapbIHbIH Kaap pe3epBiH KaJIbINTaCTBIPY",
    "MaKcaTbIHJIa KbI3METKEPJIepJll CaraJIbl IPIKTey KoHE OJIap/bl Jaspiiay apKbLIbI Kypy.",
]
CLEAN = ["Осы бұйрық алғашқы ресми жарияланған күнінен кейін күнтізбелік он күн өткен соң қолданысқа енгізіледі."]


def rate(lines: list[str], channel: str) -> float:
    """Return the characters read per second of processor time."""
    begun = time.process_time()
    decode(lines, "kk", channel)
    return sum(map(len, lines)) / (time.process_time() - begun)


def main() -> None:
    """Print the figures."""
    decode(SOUP[:1], "kk", "eng-standard")
    print(f"start-up (import, tables, first line): {time.perf_counter() - BEGUN:.2f} s")
    short, long = SOUP * 20, SOUP * 160
    first, again = rate(short, "eng-standard"), rate(long, "eng-standard")
    print(f"soup, eng-standard: {first:.0f} characters/s, {again:.0f} on 8 times as much")
    print(f"soup, rus: {rate(CLEAN * 100, 'rus'):.0f} characters/s")
    begun = time.perf_counter()
    score_channels(SOUP * 5)
    print(f"choice of channel: {time.perf_counter() - begun:.2f} s")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
