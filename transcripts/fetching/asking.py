"""Asking other servers, one thing after another; every address and every new connection is checked first."""

import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from engage.language import N_
from meetings.embedding import origin_of
from transcripts.fetching.addresses import UNREACHABLE, Way, connection_to, path_of
from transcripts.uploads import NotTaken

T = TypeVar("T")
MOST_REDIRECTS = 5
TRIES = 3
BLOCK = 1 << 16
"""Bytes that are waited for at a time; a slow line is heard of after each."""
ELSEWHERE = (301, 302, 303, 307, 308)
HEADERS = {"Accept": "audio/*, video/*, */*;q=0.5", "Accept-Encoding": "identity"}
NOTHING: Mapping[str, str] = {}
FAULTS = (OSError, HTTPException, ValueError)
"""What a network, or a server that talks nonsense, may raise."""
ANSWERED = N_("%(host)s answered %(code)s instead of a file.")
NO_PARTS = N_("%(host)s does not give out parts of a file, which this stream needs.")
TOO_FAR = N_("This address leads on to another one too many times.")
BROKEN_OFF = N_("The file did not arrive completely. Please try again.")
STOPPED = N_("Stopped. Nothing was kept.")


class Answer(NamedTuple):
    address: str
    """Where it came from in the end."""
    response: HTTPResponse


class Line:
    """In one thread; `stop` from anywhere, which ends it soon. One connection is kept for each origin."""

    def __init__(self, way: Way, allowed: Collection[str]) -> None:
        self.way, self.allowed = way, allowed
        self._is_stopped = threading.Event()
        self._connections: dict[str, HTTPConnection] = {}
        self._socket: socket.socket | None = None

    def stop(self) -> None:
        self._is_stopped.set()
        if self._socket:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def expect_wanted(self) -> None:
        if self._is_stopped.is_set():
            raise NotTaken(409, STOPPED) from None

    def rest(self, seconds: float) -> None:
        self._is_stopped.wait(seconds)
        self.expect_wanted()

    def close(self) -> None:
        while self._connections:
            self._connections.popitem()[1].close()

    def persist(self, work: Callable[[], T]) -> T:
        """Up to TRIES times, as long as it was the network's fault, or the other server was too busy."""
        for n in range(1, TRIES):
            try:
                return work()
            except NotTaken as refusal:
                if not may_pass(refusal):
                    raise
                self.rest(n * self.way.rest_s)
        return work()

    @contextmanager
    def answer(
        self, address: str, *, status: int = 200, headers: Mapping[str, str] = NOTHING
    ) -> Iterator[Answer]:
        """Of this status, wherever the address leads. Raises NotTaken, with what to tell the clerk; so do
        the network's faults within the block."""
        for _ in range(MOST_REDIRECTS + 1):
            response, is_whole = self._ask(address, headers), False
            try:
                if response.status in ELSEWHERE:
                    address = urljoin(address, response.headers.get("Location", ""))
                    continue
                if response.status != status:
                    message = NO_PARTS if (status, response.status) == (206, 200) else ANSWERED
                    raise NotTaken(502, message, host=host_of(address), code=response.status)
                yield Answer(address, response)
                is_whole = response.isclosed()
                return
            except FAULTS:
                self.expect_wanted()
                raise NotTaken(502, BROKEN_OFF) from None
            finally:
                if not is_whole:  # what is left of it would be taken for the next answer
                    response.close()
                    self.close()
        raise NotTaken(502, TOO_FAR)

    def blocks(self, response: HTTPResponse) -> Iterator[bytes]:
        """All of it, and something. Raises NotTaken."""
        total, came = response.length, 0
        while block := response.read(BLOCK):
            self.expect_wanted()
            came += len(block)
            yield block
        self.expect_wanted()
        if came == 0 or (total is not None and came != total):
            raise NotTaken(502, BROKEN_OFF)

    def _ask(self, address: str, headers: Mapping[str, str]) -> HTTPResponse:
        self.expect_wanted()
        connection = self._connection(address)
        try:
            connection.request("GET", path_of(address), headers={**HEADERS, **headers})
            self._socket = connection.sock
            self.expect_wanted()
            return connection.getresponse()
        except FAULTS:
            self.close()
            self.expect_wanted()
            raise NotTaken(502, UNREACHABLE, host=host_of(address)) from None

    def _connection(self, address: str) -> HTTPConnection:
        """Never to an origin that `connection_to` has not let through."""
        origin = origin_of(address)
        if origin not in self._connections:
            self._connections[origin] = connection_to(address, self.allowed, self.way)
        return self._connections[origin]


def may_pass(refusal: NotTaken) -> bool:
    code = refusal.values.get("code")
    return refusal.message in (UNREACHABLE, BROKEN_OFF) or (isinstance(code, int) and code >= 500)


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
