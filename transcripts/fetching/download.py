"""One file from another server to the disk, in constant memory, whole or not at all."""

import socket
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import unquote, urljoin, urlsplit

from engage.language import N_
from engage.space import NO_ROOM, has_room
from transcripts.fetching.addresses import UNREACHABLE, Way, connection_to, path_of
from transcripts.uploads import Incoming, NotTaken, too_large

MOST_REDIRECTS = 5
PIECE = 1 << 16
"""Bytes that are waited for at a time; a slow line is heard of after each."""
ELSEWHERE = (301, 302, 303, 307, 308)
PLAYLISTS = ("mpegurl", "dash+xml", "vnd.ms-sstr", "x-scpls", "xspf")
"""In a content type: what only says where pieces of a recording are."""
PLAYLIST_STARTS, PAGE_STARTS = (b"#EXTM3U", b"<MPD", b"[playlist]"), (b"<!doctype html", b"<html")
PLAYLIST = N_(
    "This is the playlist of a stream, not a file. Please give the address of the recording as one file."
)
PAGE = N_("This is a web page, not a file. Please give the address of the recording itself.")
ANSWERED = N_("%(host)s answered %(code)s instead of a file.")
TOO_FAR = N_("This address leads on to another one too many times.")
BROKEN_OFF = N_("The file did not arrive completely. Please try again.")
STOPPED = N_("Stopped. Nothing was kept.")

Note = Callable[[int, int | None], None]
"""Told of the bytes that are there, and how many there will be, where that is known."""


class Download:
    """`fetch` in a thread; `stop` from anywhere, which ends it soon."""

    def __init__(self, way: Way, allowed: Collection[str], limit: int) -> None:
        self.way, self.allowed, self.limit = way, allowed, limit
        self._is_stopped = threading.Event()
        self._socket: socket.socket | None = None

    def stop(self) -> None:
        self._is_stopped.set()
        if self._socket:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def fetch(self, address: str, file: Incoming, note: Note) -> str:
        """The name of the file. Raises NotTaken, with what to tell the clerk."""
        for _ in range(MOST_REDIRECTS + 1):
            connection = connection_to(address, self.allowed, self.way)
            try:
                with self._ask(connection, address) as answer:
                    if answer.status in ELSEWHERE:
                        address = urljoin(address, answer.headers.get("Location", ""))
                        continue
                    self._take(address, answer, file, note)
                    return unquote(urlsplit(address).path)
            except (OSError, HTTPException, ValueError):
                self._expect_wanted()
                if file.size:
                    raise NotTaken(502, BROKEN_OFF) from None
                raise NotTaken(502, UNREACHABLE, host=host_of(address)) from None
            finally:
                connection.close()
        raise NotTaken(502, TOO_FAR)

    def _ask(self, connection: HTTPConnection, address: str) -> HTTPResponse:
        headers = {"Accept": "audio/*, video/*, */*;q=0.5", "Accept-Encoding": "identity"}
        connection.request("GET", path_of(address), headers=headers)
        self._socket = connection.sock
        return connection.getresponse()

    def _take(self, address: str, answer: HTTPResponse, file: Incoming, note: Note) -> None:
        if answer.status != 200:
            raise NotTaken(502, ANSWERED, host=host_of(address), code=answer.status)
        total = answer.length
        if total is not None and total > self.limit:
            raise too_large(self.limit)
        if not has_room(file.path.parent, total or 0):
            raise NotTaken(507, NO_ROOM)
        expect_file(answer.headers.get_content_type(), b"")
        while block := answer.read(PIECE):
            self._expect_wanted()
            if file.size == 0:
                expect_file("", block)
            if file.size + len(block) > self.limit:
                raise too_large(self.limit)
            file.write(block)
            note(file.size, total)
        self._expect_wanted()
        if file.size == 0 or (total is not None and file.size != total):
            raise NotTaken(502, BROKEN_OFF)

    def _expect_wanted(self) -> None:
        if self._is_stopped.is_set():
            raise NotTaken(409, STOPPED) from None


def expect_file(kind: str, start: bytes) -> None:
    """By its content type and its first bytes: a playlist or a page is none."""
    head = start[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_xml_list = head.startswith(b"<?xml") and b"<MPD" in start[:1000]
    if any(each in kind for each in PLAYLISTS) or head.startswith(PLAYLIST_STARTS) or is_xml_list:
        raise NotTaken(422, PLAYLIST)
    if kind == "text/html" or head.lower().startswith(PAGE_STARTS):
        raise NotTaken(422, PAGE)


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
