"""Takes lines that a wrong-language OCR model read, gives the text of the law, each change with its confidence."""

from normalizers.decoder.api import ChannelScore, Decoded, DecodedLine, channels, decode, score_channels

__all__ = ["ChannelScore", "Decoded", "DecodedLine", "channels", "decode", "score_channels"]
