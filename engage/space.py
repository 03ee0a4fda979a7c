"""The disk: what must stay free on it, and waiting until it has what was written.

Files from outside give way long before the acts of a meeting do.
"""

import errno
import os
import shutil
from pathlib import Path

from engage.language import N_

RESERVE = 64 << 20
"""Bytes that no file from outside and no backup ever takes: tens of thousands of acts still fit."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_ROOM = N_("There is not enough space left on the server for this file. Please tell the operator.")
NOT_STORED = N_("The server's disk refused this file. Please tell the operator.")


def has_room(folder: Path, size: int) -> bool:
    """For so many more bytes in this folder, above the reserve."""
    return shutil.disk_usage(folder).free - size >= RESERVE


def why_not(fault: OSError) -> tuple[int, str]:
    """For whoever sent a file that the disk would not take: a status, and a sentence (a msgid)."""
    return (507, NO_ROOM) if fault.errno in FULL else (503, NOT_STORED)


def sync(path: Path) -> None:
    """Wait until the disk has this file; of a folder: the names in it."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
