"""A process made ready for ten thousand open pages: files, memory, and how often it is tidied."""

import ctypes
import gc
import sys
from contextlib import suppress

ARENAS = 2
"""Pools of memory that glibc keeps for our dozen threads; its default of eight a core keeps twice as much."""
M_ARENA_MAX = -8
"""The parameter's number in malloc.h."""


def make_room() -> None:
    """Once everything is loaded. What is loaded stays, so the garbage collector need not walk it again; and
    with many pages open a whole walk takes longer than a push, so it comes less often."""
    open_files()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def open_files() -> None:
    """As many as the machine allows; every open page is one."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
