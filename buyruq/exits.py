"""Exit codes of the command line."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code says."""

    OK = 0
    FAILED = 1  # the knowledge base or the program failed
    USAGE = 2  # the command is wrong
    QUARANTINED = 3  # done, but some documents could not be read
    BUSY = 4  # another run is writing to the knowledge base
    INTERRUPTED = 130  # stopped from the keyboard; nothing was changed
