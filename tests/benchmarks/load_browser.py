"""One resident's browser, as cheap as it can be: a kept connection that sends forms and reads answers."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

Broken = (OSError, EOFError, asyncio.LimitOverrunError)
"""What a connection that has gone raises; a time that has run out is an OSError too."""
PATIENCE_S = 30
LONGEST_HEAD = 1 << 16


@dataclass(frozen=True)
class Answer:
    """`headers` by their names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """Opens its connection when it needs one, and keeps it for as long as the server does."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._writer: asyncio.StreamWriter | None = None
        self._reader = asyncio.StreamReader()

    async def get(self, path: str, cookie: str = "") -> Answer:
        return await self._ask(f"GET {path}", cookie, None)

    async def post(self, path: str, cookie: str, fields: dict[str, str]) -> Answer:
        return await self._ask(f"POST {path}", cookie, urlencode(fields).encode())

    def close(self) -> None:
        """Away at once, also in the middle of an answer."""
        if self._writer:
            self._writer.transport.abort()
        self._writer = None

    async def _ask(self, line: str, cookie: str, body: bytes | None) -> Answer:
        """Raises one of `Broken` when no whole answer has come; the next call opens a new connection."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection(
                        self.host, self.port, limit=LONGEST_HEAD
                    )
                self._writer.write(self._head(line, cookie, body) + (body or b""))
                return await self._answer()
        except BaseException:
            self.close()
            raise

    def _head(self, line: str, cookie: str, body: bytes | None) -> bytes:
        lines = [f"{line} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Cookie: {cookie}"]
        if body is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _answer(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)
