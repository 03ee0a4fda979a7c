"""A server that can be killed, and comes back on the same port."""

from pathlib import Path

from tests.benchmarks.serving import free_port, start


class Server:
    """`before` stands in front of its command; the benchmark ends it."""

    def __init__(self, data: Path, *, before: tuple[str, ...] = ()) -> None:
        self.data, self.before, self.port, self.kills = data, before, free_port(), 0
        self.process = start(data, self.port, before=before)

    def kill(self) -> None:
        """SIGKILL; comes back when a new one answers."""
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.process = start(self.data, self.port, before=self.before)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
