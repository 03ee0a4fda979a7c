"""pypdf: is this file a PDF that people can read, and how many pages has it?"""

from pathlib import Path

from pypdf import PdfReader

from engage.language import N_
from meetings.agenda.upload import NotTaken

HEAD = 1024
"""Bytes within which %PDF- must stand, as readers of the format look for it."""
DAMAGED = N_("This PDF is damaged: its pages cannot be read. Please save it again.")
LOCKED = N_("This PDF is protected. Please save it without a password and without protection.")


def count_pages(path: Path) -> int:
    """Slow for a large file: call it in a thread. Raises NotTaken."""
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(HEAD):
            raise NotTaken(N_("This file is not a PDF. Please save it as a PDF and choose it again."))
    is_locked, pages = False, 0
    try:
        with PdfReader(path) as reader:
            is_locked = reader.is_encrypted
            if not is_locked or reader.decrypt(""):
                pages = len(reader.pages)
    except Exception as error:  # a broken file makes the parser fail in any way at all
        raise NotTaken(LOCKED if is_locked else DAMAGED) from error
    if not pages:
        raise NotTaken(LOCKED if is_locked else DAMAGED)
    return pages
