"""A worker's sign of life: a file that it touches, so that nothing is written to the store for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

BEAT_S = 5.0
GONE_AFTER = timedelta(seconds=20)
NO_MODEL = "no model"


@dataclass(frozen=True)
class Sign:
    """When a worker was last seen, and whether it could load its speech model."""

    at: datetime
    has_model: bool

    @property
    def is_fresh(self) -> bool:
        """By the machine's clock, since the disk notes that one; when it is set, the next beat is by it."""
        return abs(datetime.now(UTC) - self.at) < GONE_AFTER


def last_sign(folder: Path) -> Sign | None:
    """The latest of any worker; None when there has been none."""
    signs = [sign for path in folder.glob("worker-*") if (sign := _read(path))]
    return max(signs, key=lambda sign: sign.at, default=None)


def is_running(folder: Path) -> bool:
    sign = last_sign(folder)
    return sign is not None and sign.is_fresh


def _read(path: Path) -> Sign | None:
    try:
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Sign(at, has_model=path.read_text() != NO_MODEL)
    except OSError:  # another worker has just taken it away
        return None


@contextmanager
def signs_of_life(folder: Path, worker: str, *, has_model: bool) -> Iterator[Callable[[bool], None]]:
    """Given every BEAT_S from a thread of its own while the block runs; what it gives is to be told whether
    the model can be loaded. A full disk keeps nobody from working: the sign is tried again."""
    path, over, words = folder / f"worker-{worker}", Event(), [""]

    def beat() -> None:
        with suppress(OSError):
            path.write_text(words[0])
            path.touch()

    def beat_on() -> None:
        while not over.wait(BEAT_S):
            beat()

    def say(has_model: bool) -> None:
        words[0] = "" if has_model else NO_MODEL
        beat()

    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
    say(has_model)
    thread = Thread(target=beat_on, name="sign of life", daemon=True)
    thread.start()
    try:
        yield say
    finally:
        over.set()
        thread.join()


def _clear(folder: Path) -> None:
    """Away with what workers have left that are gone."""
    for path in folder.glob("worker-*"):
        sign = _read(path)
        if sign and not sign.is_fresh:
            path.unlink(missing_ok=True)
