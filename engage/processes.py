"""Child processes that are kept running: started again when they end, taken along when this one does."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import click

PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
"""Before a child is started again; doubled each time that it has not lived for SETTLED_S."""
SETTLED_S = 60.0
DRAIN_S = 7
"""How long a process that is asked to end has for what is under way."""
MERCY_S = 5
"""Beyond which it is ended."""

log = logging.getLogger(__name__)


class Child:
    """`engage` with these arguments, in a process of its own; `shared` are descriptors that it inherits.

    It is in no terminal's group, so that Ctrl+C reaches it through this process only.
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str], shared: Sequence[int] = ()) -> None:
        self.command = [sys.executable, "-m", "engage", *arguments]
        self.environment, self.shared = environment, shared
        self._running: subprocess.Popen[bytes] | None = None
        self._ending, self._starting = threading.Event(), threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name=f"keeper of {arguments[0]}", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def send(self, number: signal.Signals) -> None:
        """It ends, and is not started again."""
        self._ending.set()
        with self._starting:
            if self._running:
                self._running.send_signal(number)

    def wait(self, seconds: float) -> None:
        self._keeper.join(max(0, seconds))

    def _keep(self) -> None:
        pause = 0.0
        while not self._ending.wait(pause):
            began = time.monotonic()
            fate = self._run()
            has_settled = time.monotonic() - began >= SETTLED_S
            pause = PAUSE_S if has_settled or not pause else min(2 * pause, LONGEST_PAUSE_S)
            if not self._ending.is_set():
                log.warning("%s %s; started again in %s s", " ".join(self.command[3:]), fate, pause)

    def _run(self) -> str:
        """Until it ends; how it did."""
        try:
            with self._starting:
                if self._ending.is_set():
                    return "is not wanted"
                self._running = subprocess.Popen(
                    self.command, env=self.environment, stdin=subprocess.PIPE, pass_fds=self.shared,
                    process_group=0,
                )  # fmt: skip
            with self._running:
                return f"ended with status {self._running.wait()}"
        except OSError as error:
            return f"could not be started: {error}"


@contextlib.contextmanager
def kept_running(children: Sequence[Child], *, at_end: Callable[[], object] = lambda: None) -> Iterator[None]:
    """As long as the block lasts. Then they are asked to end, `at_end` is called, and who has not ended in
    time, or by the time that this process is told a second time, is killed."""
    for child in children:
        child.start()
    try:
        yield
    finally:
        deadline = time.monotonic() + DRAIN_S + MERCY_S
        try:
            for child in children:
                child.send(signal.SIGTERM)
            at_end()
            for child in children:
                child.wait(deadline - time.monotonic())
        finally:
            for child in children:
                child.send(signal.SIGKILL)


def end_with_parent() -> None:
    """For a child: the parent holds its standard input open, which closes however the parent dies."""
    threading.Thread(target=_end_at_close, name="parent watch", daemon=True).start()


KEPT = click.option(
    "--kept", is_flag=True, hidden=True, expose_value=False,
    callback=lambda context, option, is_kept: end_with_parent() if is_kept else None,
)  # fmt: skip
"""The option of a command that a parent runs as its child."""


def _end_at_close() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(DRAIN_S + MERCY_S)
    os._exit(1)
