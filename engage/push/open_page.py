"""An open page on our own server: a socket that has left its ASGI task behind."""

import asyncio
import socket as sockets
from typing import Any

from starlette.websockets import WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from engage.push.frames import Frame, Plain
from engage.push.lines import OPEN_PAGE, Open

BUFFER = 1 << 15
"""Bytes that we keep for a page that does not read, beyond the last frame; and as many that the kernel may
keep, which doubles them for its own use. Enough for a page that reads: 100 KB a second to the other side of
the world."""
LINGER_S = 10
"""How long a page that read too slowly has for its last bytes."""
PACKED = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
"""Each message stands alone, so one compressed frame does for all, and a page costs no compressor."""


class OpenPage(WebSocketsSansIOProtocol):
    """uvicorn's own protocol. Once the app has accepted a page and handed it over, its task, scope and queues
    are let go, and what is left is the library's protocol, its pings and the transport."""

    watcher: Open | None = None
    takes_packed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn.available_extensions = [PACKED]

    async def run_asgi(self) -> None:
        self.scope["extensions"][OPEN_PAGE] = {"take_over": self.take_over}
        try:
            await self.app(self.scope, self.receive, self.send)
        except (ClientDisconnected, WebSocketDisconnect):
            pass
        except Exception:
            self.logger.exception("a socket's handler failed")
            self.send_500_response()
        if self.watcher:
            self.let_go()
        elif self.close_timer is None:
            self.transport.close()

    def take_over(self, watcher: Open, buffer: int = BUFFER) -> "OpenPage":
        """`buffer`: bytes that we keep for one that does not read, and that the kernel may."""
        self.watcher = watcher
        self.takes_packed = bool(self.conn.extensions)
        self.transport.set_write_buffer_limits(high=buffer)
        own: sockets.socket | None = self.transport.get_extra_info("socket")
        if own:
            own.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, buffer)
        return self

    def let_go(self) -> None:
        """Only the handshake and the task needed these."""
        if self.read_paused:
            self.transport.resume_reading()
        self.queue = NOTHING
        del self.scope, self.request, self.response
        if self.disconnected and self.watcher:
            self.watcher.gone()

    def write(self, frame: Frame | Plain) -> bool:
        if not self.writable.is_set():
            return False
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frame.packed if self.takes_packed else frame.wire)
        return True

    def close(self, code: int) -> None:
        """A page that reads again finds the code at the end of what it had not read."""
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.abort)

    def waiting(self) -> int:
        return self.transport.get_write_buffer_size()

    def send_receive_event_to_app(self) -> None:
        """What an open page sends is dropped."""
        if self.watcher:
            self.frames = []
        else:
            super().send_receive_event_to_app()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.watcher:
            self.watcher.resumed()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.watcher:
            self.watcher.gone()


class Nothing(asyncio.Queue[Any]):
    """The queue of pages that no task waits for."""

    def put_nowait(self, item: Any) -> None:
        pass


NOTHING: asyncio.Queue[Any] = Nothing()
