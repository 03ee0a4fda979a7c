"""A line that stops for a moment, again and again, as a bad mobile network does."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

STALL_S, EVERY_S = 0.4, 2.0


class StalledLine:
    """From `port` to a server's, on which nothing passes for 0.4 s in every 2."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.ends = [self.door]
        self.threads: list[threading.Thread] = []
        self.run(self.join)

    def run(self, work: Callable[..., None], *ends: socket.socket) -> None:
        thread = threading.Thread(target=work, args=ends)
        self.threads.append(thread)
        thread.start()

    def join(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, far = self.door.accept()[0], socket.create_connection(("127.0.0.1", self.to_port))
                self.ends += [near, far]
                self.run(self.pump, near, far)
                self.run(self.pump, far, near)

    def pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if (into := time.monotonic() % EVERY_S) < STALL_S:
                    time.sleep(STALL_S - into)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in list(self.ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in list(self.threads):
            thread.join(5)
        for end in self.ends:
            end.close()


@contextlib.contextmanager
def stalled_line(to_port: int) -> Iterator[int]:
    line = StalledLine(to_port)
    try:
        yield line.port
    finally:
        line.cut()
