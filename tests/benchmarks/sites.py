"""Where a server is, and how a browser comes back to it."""

import asyncio
import random
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

CROWD = (5, 10, 10, 10, 20, 40, 60)
"""Seconds in which the first, second... try of a visitor's page falls: `crowd` of js/connection.js."""
FIRST = (0.25, 0.5, 1, 2)
"""Of staff, and of whoever is on deck or has the floor: `first`."""


@dataclass(frozen=True)
class Site:
    """A server's address; `url` has no path."""

    is_https: bool
    netloc: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        is_https = parts.scheme in ("https", "wss")
        return cls(is_https, parts.netloc, parts.hostname or "", parts.port or (443 if is_https else 80))

    @classmethod
    def here(cls, port: int) -> Self:
        return cls.of(f"http://127.0.0.1:{port}")

    @property
    def url(self) -> str:
        return f"{'https' if self.is_https else 'http'}://{self.netloc}"

    @cached_property
    def address(self) -> tuple[str, int]:
        """Looked up once, not for every page."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][4]
        return str(found[0]), int(found[1])

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self.is_https else None

    async def connect(self, protocol: asyncio.Protocol, receive_buffer: int | None = None) -> None:
        """`receive_buffer`: bytes that the kernel keeps unread (SO_RCVBUF; Linux doubles them)."""
        loop, name = asyncio.get_running_loop(), self.host if self.tls else None
        if receive_buffer is None:
            await loop.create_connection(lambda: protocol, *self.address, ssl=self.tls, server_hostname=name)
            return
        family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.setblocking(False)
        await loop.sock_connect(sock, self.address)
        await loop.create_connection(lambda: protocol, sock=sock, ssl=self.tls, server_hostname=name)


@dataclass(frozen=True)
class Backoff:
    """The nth try comes at any moment of the nth spread."""

    spreads: Sequence[float] = CROWD
    chance: random.Random = field(default_factory=random.Random)

    def wait(self, attempt: int) -> float:
        return self.chance.uniform(0, self.spreads[min(attempt, len(self.spreads)) - 1])
