"""What an answer is, by its content type and its first bytes: a recording, a playlist of one, or neither."""

from engage.language import N_
from transcripts.uploads import NotTaken

LISTS = ("dash+xml", "vnd.ms-sstr", "x-scpls", "xspf")
"""In a content type: what only says where pieces of a recording are, and is not HLS."""
LIST_STARTS, PAGE_STARTS = (b"<MPD", b"[playlist]"), (b"<!doctype html", b"<html")
OTHER_LIST = N_(
    "This is a playlist of a kind that is not fetched here. Please give the address of the recording as one "
    "file, or of an HLS playlist (.m3u8)."
)
PAGE = N_("This is a web page, not a file. Please give the address of the recording itself.")
BEFORE = b"\xef\xbb\xbf \t\r\n"
"""What a text may begin with."""


def is_playlist(kind: str, start: bytes) -> bool:
    return "mpegurl" in kind or start[:64].lstrip(BEFORE).startswith(b"#EXTM3U")


def expect_file(kind: str, start: bytes) -> None:
    """By its content type and its first bytes: a list of other files, or a page, is none."""
    head = start[:64].lstrip(BEFORE)
    is_xml_list = head.startswith(b"<?xml") and b"<MPD" in start[:1000]
    if any(each in kind for each in LISTS) or head.startswith(LIST_STARTS) or is_xml_list:
        raise NotTaken(422, OTHER_LIST)
    if kind == "text/html" or head.lower().startswith(PAGE_STARTS):
        raise NotTaken(422, PAGE)
