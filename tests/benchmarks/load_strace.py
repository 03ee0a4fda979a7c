"""A kill at the Nth write or sync of the store's files, by strace: also in the middle of a commit."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

SYNCS = "fsync,fdatasync"
WRITES = "pwrite64,write"
FILES = {"-wal": "log", "-journal": "journal", "": "database"}
"""By what a file's name has behind that of the database."""
TRACED = re.compile(r"^\d+ +(\w+)\(\d+<[^>]*\.sqlite([a-z-]*)>")


def killing_at(number: int, calls: str, database: Path, log: Path) -> tuple[str, ...]:
    """What stands in front of the server's command. Only `calls` on the store's files are counted, in each
    thread by itself: the writer is the one that reaches the number. The call itself is not made any more."""
    path = str(database.resolve())
    files = [part for ending in FILES for part in ("-P", path + ending)]
    inject = f"inject={calls}:signal=KILL:when={number}"
    return (
        "strace",
        "-f",
        "-qq",
        "-y",
        "-s",
        "0",
        "-o",
        str(log),
        *files,
        "-e",
        f"trace={calls}",
        "-e",
        inject,
    )


def killed_call(log: Path) -> str:
    """Which call it was that was not made any more, in words."""
    traced = [found for line in log.read_text("utf-8").splitlines() if (found := TRACED.match(line))]
    if not traced:
        return "unknown"
    call, ending = traced[-1].groups()
    return f"{'sync' if 'sync' in call else 'write'} of the {FILES.get(ending, ending)}"


def counted(calls: Iterable[str]) -> str:
    return ", ".join(f"{count} at a {call}" for call, count in Counter(calls).most_common())
