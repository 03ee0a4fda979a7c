"""The worker's second kind of work: the copies of recordings that the public gets while spans are withheld.

A copy is made under another name and renamed when it is whole, so a worker may die at any moment: then it is
made anew. What kills a worker again and again is given up.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import av

from engage.db import Database
from engage.settings import Settings
from engage.space import FULL, has_room, sync
from transcripts.decoding import NOT_A_RECORDING, NotAudio
from transcripts.rules import file_of
from transcripts.uploads import take_lock
from transcripts.withholding import actions, queries
from transcripts.withholding.queries import Wanted
from transcripts.withholding.rules import GIVEN_UP, MOST_SETBACKS, copy_of
from transcripts.withholding.sound import write_copy

REST_S = 10.0
"""After something that had nothing to do with one recording."""
LOOK_S = 1.0
"""How often the work asks whether its copy is still wanted, and whether the disk has room."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The copy is not wanted any more, the disk is full, or the worker is asked to stop."""


@contextmanager
def kept_cleared(db: Database, settings: Settings) -> Iterator[None]:
    """While the block runs, every copy is made as soon as it is missed: in a thread of its own, since the
    public waits for it, and hearing a meeting takes an hour."""
    over = Event()

    def clear() -> None:
        while not over.wait(LOOK_S):
            try:
                while not over.is_set() and clear_next(db, settings, over):
                    pass
            except Exception:  # a store that is busy, a disk that is full: at the next look
                log.exception("the copies for the public cannot be made just now")
                over.wait(REST_S)

    thread = Thread(target=clear, name="clearing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def clear_next(db: Database, settings: Settings, until: Event | None = None) -> bool:
    """Make one copy that is missing, or take away one that nobody wants; False when nothing came of it."""
    for wanted in db.read_now(queries.wanted_copies):
        path = copy_of(settings, wanted.recording_id, wanted.digest)
        if (wanted.is_known and path.is_file()) or wanted.setbacks >= GIVEN_UP:
            continue
        if not wanted.digest or path.is_file():
            finish(db, path, wanted)
            return True
        path.parent.mkdir(parents=True, exist_ok=True)
        if has_room(path.parent, wanted.size) and make_copy(db, settings, wanted, path, until or Event()):
            return True
    return False


def make_copy(db: Database, settings: Settings, wanted: Wanted, path: Path, until: Event) -> bool:
    """Whether something came of it: a copy, or that none can be made. False when it was stopped, or another
    worker is at it."""
    one = wanted.recording_id
    with alone_at(path.with_name(f"{path.name}.part")) as part:
        if part is None:
            return False
        before = db.write_now(lambda session: actions.begin_copy(session, one))
        setbacks = before + 1
        try:
            if before < MOST_SETBACKS:
                write(
                    file_of(settings, one), part, wanted, go_on=still_wanted(db, wanted, part.parent, until)
                )
                sync(part)
                part.rename(path)
                finish(db, path, wanted)
                return True
        except Stopped:
            setbacks = before
        except NotAudio as reason:
            log.warning("recording %s: no copy can be made: %s", one, reason)
            setbacks = GIVEN_UP
        except (OSError, av.FFmpegError) as error:
            log.exception("recording %s: the copy was broken off", one)
            setbacks = before if error.errno in FULL else setbacks
        db.write_now(lambda session: actions.break_off_copy(session, one, setbacks=setbacks))
        return setbacks > before


def write(source: Path, part: Path, wanted: Wanted, *, go_on: Callable[[], None]) -> None:
    """With the picture where the container takes it as it is, else the sound alone."""
    if not wanted.kind.startswith(("audio/", "video/")):  # it was no recording when it came
        raise NotAudio(NOT_A_RECORDING)
    has_picture = wanted.has_picture
    while True:
        try:
            write_copy(
                source,
                part,
                kind=wanted.kind,
                silences=wanted.silences,
                go_on=go_on,
                with_picture=has_picture,
            )
            return
        except (av.FFmpegError, ValueError) as error:
            if not has_picture or getattr(error, "errno", None) in FULL:
                raise
            log.warning("recording %s: its picture cannot be copied: %s", wanted.recording_id, error)
            has_picture = False


def still_wanted(db: Database, wanted: Wanted, folder: Path, until: Event) -> Callable[[], None]:
    looked = [monotonic()]

    def go_on() -> None:
        if until.is_set():
            raise Stopped
        if monotonic() - looked[0] >= LOOK_S:
            looked[0] = monotonic()
            now = db.read_now(lambda session: queries.wanted_copy(session, wanted.recording_id))
            if now.digest != wanted.digest or not has_room(folder, 0):
                raise Stopped

    return go_on


def finish(db: Database, path: Path, wanted: Wanted) -> None:
    """Say that the copy is there, and take away what was made for other spans."""
    sync(path.parent)
    if db.write_now(lambda session: actions.note_copy(session, wanted.recording_id, wanted.digest)):
        for other in path.parent.glob(f"{wanted.recording_id}.*"):
            if other.name.removesuffix(".part") != path.name:
                with suppress(OSError), other.open("rb") as file:
                    if take_lock(file):
                        other.unlink()


@contextmanager
def alone_at(part: Path) -> Iterator[Path | None]:
    """The file to write to, for one worker at a time: None for the others. What is left of it is deleted."""
    with part.open("ab") as file:
        if not take_lock(file) or not is_still(part, file.fileno()):
            yield None
            return
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)


def is_still(part: Path, descriptor: int) -> bool:
    """Another worker may have renamed it between the opening and the locking."""
    try:
        return os.path.samestat(part.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
