"""Compile the decoder ahead of its first use: `python -m normalizers.decoder.warm`. `make setup` runs it."""

from __future__ import annotations

from normalizers.decoder import decode

LINE = "Kazakcran Pecny6nmkaceiHbIH IIpesunenti"

if __name__ == "__main__":
    decode([LINE])
