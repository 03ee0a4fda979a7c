"""The audio stream, asked for at a process that does not lead: fetched from the one that does."""

import asyncio
from collections.abc import AsyncIterator
from email.message import Message
from http.client import parse_headers
from io import BytesIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from meetings.floor.leading import Leading, address_of
from meetings.floor.passing import LOOK_S, PATIENCE_S, UNAVAILABLE, has_been_passed_on

CARRIED = ("host", "cookie", "range", "if-none-match", "if-modified-since", "accept")
KEPT_BACK = ("connection", "transfer-encoding", "date", "keep-alive")
"""Between the two processes only."""
ANSWER_S = 5.0
MOST_READ = 1 << 16


async def fetch(request: Request, leading: Leading) -> Response:
    """The leader's answer, passed on as it comes. 503 where nobody leads."""
    if has_been_passed_on(request):
        return Response(status_code=UNAVAILABLE)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await ask_leader(request, leading)
    except TimeoutError:
        return Response(status_code=UNAVAILABLE)


async def ask_leader(request: Request, leading: Leading) -> Response:
    while True:
        try:
            return await ask(request, leading)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # nobody leads just now
        await asyncio.sleep(LOOK_S)


async def ask(request: Request, leading: Leading) -> Response:
    path = leading.leader_path()
    if path is None:
        raise ConnectionRefusedError
    with address_of(path) as address:
        reader, writer = await asyncio.open_unix_connection(address, limit=MOST_READ)
    try:
        writer.write(question(request))
        status, headers = await answer_head(reader)
        if status == UNAVAILABLE:
            raise ConnectionRefusedError
    except BaseException:
        writer.transport.abort()
        raise
    kept = [(name, value) for name, value in headers.items() if name.lower() not in KEPT_BACK]
    answer = Passed(body(reader, headers), status)
    answer.writer = writer
    answer.raw_headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in kept]
    return answer


def question(request: Request) -> bytes:
    scope = request.scope
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    carried = [pair for pair in scope["headers"] if pair[0].decode("latin-1") in CARRIED]
    lines = [b"GET " + scope["raw_path"] + query + b" HTTP/1.1", *(b": ".join(pair) for pair in carried)]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


async def answer_head(reader: asyncio.StreamReader) -> tuple[int, Message]:
    """Status and headers. Raises ValueError for what is no answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    return int(line.split(b" ", 2)[1]), parse_headers(BytesIO(rest))


class Passed(StreamingResponse):
    """However it ends, so does the connection to the leader."""

    writer: asyncio.StreamWriter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.writer.transport.abort()


async def body(reader: asyncio.StreamReader, headers: Message) -> AsyncIterator[bytes]:
    try:
        if headers.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                yield await reader.readexactly(size)
                await reader.readline()
        else:
            while data := await reader.read(MOST_READ):
                yield data
    except (ValueError, asyncio.IncompleteReadError):
        pass  # the leader has ended in the middle; so does the answer
