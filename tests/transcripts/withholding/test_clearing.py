"""The work on the public's copies: broken off at any moment it begins anew, and nothing is left of it."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

import pytest
from sqlalchemy.orm import Session

from engage import space
from engage.backup.held import held_files, wrong_files
from engage.db import Database
from engage.settings import Settings
from tests import make
from tests.make import City, kinds, wait_for
from transcripts import queries, rules, uploads
from transcripts.models import Recording
from transcripts.withholding import actions, clearing
from transcripts.withholding.clearing import clear_next, kept_cleared
from transcripts.withholding.models import WithheldSpan
from transcripts.withholding.rules import GIVEN_UP, MOST_SETBACKS, copy_of, digest_of, public_media
from transcripts.withholding.sound import public_file


def add(store: Database, settings: Settings, city: City, *, seconds: float = 4) -> str:
    def work(db: Session) -> str:
        recording = make.recording(db, city.meeting, kind="audio/wav", duration_ms=round(seconds * 1000))
        return recording.id

    made = store.write_now(work)
    make.sound_file(rules.file_of(settings, made), seconds)
    return made


@pytest.fixture
def made(store: Database, settings: Settings, city: City) -> str:
    return add(store, settings, city)


def withhold(store: Database, made: str, start_ms: int = 1000, end_ms: int = 2000) -> str:
    def work(db: Session) -> str:
        recording = db.get_one(Recording, made)
        span = actions.withhold_span(db, recording, start_ms, end_ms, reason="court", note="", by="account:a")
        return span.id

    return store.write_now(work)


def lift(store: Database, made: str, span: str) -> None:
    store.write_now(
        lambda db: actions.lift_span(
            db, db.get_one(Recording, made), db.get_one(WithheldSpan, span), by="account:a"
        )
    )


def row(store: Database, made: str) -> Recording:
    return store.read_now(lambda db: db.get_one(Recording, made))


def copy(store: Database, settings: Settings, made: str) -> Path | None:
    """What the public may have."""
    return public_file(settings, made, store.read_now(lambda db: queries.gaps(db, made)))


def files(settings: Settings) -> list[str]:
    return sorted(each.name for each in rules.folder(settings).iterdir())


def test_without_a_withheld_span_there_is_nothing_to_do(
    store: Database, settings: Settings, made: str
) -> None:
    assert clear_next(store, settings) is False
    assert copy(store, settings, made) == rules.file_of(settings, made)


def test_a_copy_is_made_once_and_goes_when_nothing_is_withheld_any_more(
    store: Database, settings: Settings, city: City, made: str
) -> None:
    span = withhold(store, made)
    assert copy(store, settings, made) is None
    assert [clear_next(store, settings), clear_next(store, settings)] == [True, False]
    digest = row(store, made).cleared
    assert copy(store, settings, made) == copy_of(settings, made, digest)
    assert files(settings) == [made, f"{made}.{digest}"]
    assert store.read_now(lambda db: kinds(db, city.meeting.id))[-1] == "recording.cleared"
    lift(store, made, span)
    assert copy(store, settings, made) == rules.file_of(settings, made), "at once"
    assert [clear_next(store, settings), clear_next(store, settings)] == [True, False]
    assert (files(settings), row(store, made).cleared) == ([made], "")


def test_another_span_makes_another_copy_and_the_old_one_goes(
    store: Database, settings: Settings, made: str
) -> None:
    withhold(store, made)
    clear_next(store, settings)
    first = row(store, made).cleared
    withhold(store, made, 3000, 3500)
    assert copy(store, settings, made) is None, "the copy for the first span is not for the public any more"
    clear_next(store, settings)
    second = row(store, made).cleared
    assert (first != second, files(settings)) == (True, [made, f"{made}.{second}"])


def test_a_copy_that_a_restore_has_not_brought_back_is_made_again(
    store: Database, settings: Settings, made: str
) -> None:
    """A backup holds the originals; copies can be made from them."""
    withhold(store, made)
    clear_next(store, settings)
    path = copy(store, settings, made)
    assert path
    held = store.read_now(lambda db: held_files(db, settings))
    assert list(held) == [f"recordings/{made}"]
    path.unlink()
    assert clear_next(store, settings) is True
    assert copy(store, settings, made) == path


def test_the_sweep_leaves_copies_that_are_wanted_and_takes_all_others(
    store: Database, settings: Settings, made: str
) -> None:
    withhold(store, made)
    clear_next(store, settings)
    folder, wanted = rules.folder(settings), row(store, made).cleared
    for name in (f"{made}.0123456789abcdef", f"{made}.{wanted}.part", f"nobody.{wanted}", "nobody"):
        (folder / name).write_bytes(b"x")
    store.read_now(lambda db: uploads.sweep(db, settings))
    assert files(settings) == [made, f"{made}.{wanted}"]


def test_files_are_verified_by_their_rows_and_copies_have_none(
    store: Database, settings: Settings, made: str
) -> None:
    withhold(store, made)
    clear_next(store, settings)
    store.write_now(lambda db: tell_truth(db, settings, made))
    held = store.read_now(lambda db: held_files(db, settings))
    assert list(wrong_files(settings, held)) == []


def tell_truth(db: Session, settings: Settings, made: str) -> None:
    """The factory's recording gets the size and hash of the file that lies there."""
    content = rules.file_of(settings, made).read_bytes()
    recording = db.get_one(Recording, made)
    recording.size, recording.sha256 = len(content), hashlib.sha256(content).hexdigest()


def test_two_workers_do_not_make_the_same_copy(
    store: Database, settings: Settings, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes while the first is writing."""
    withhold(store, made)
    seen: list[bool] = []
    write = clearing.write_copy

    def write_and_look(*args: object, **kwargs: object) -> None:
        seen.append(clear_next(store, settings))
        write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(clearing, "write_copy", write_and_look)
    assert clear_next(store, settings) is True
    assert (seen, row(store, made).clearing_setbacks) == ([False], 0)


def test_a_worker_that_is_stopped_holds_nothing_against_the_recording(
    store: Database, settings: Settings, made: str
) -> None:
    withhold(store, made)
    over = Event()
    over.set()
    assert clear_next(store, settings, over) is False
    assert (row(store, made).clearing_setbacks, files(settings)) == (0, [made])
    assert clear_next(store, settings) is True


def test_a_copy_that_is_not_wanted_any_more_is_not_finished(
    store: Database, settings: Settings, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "LOOK_S", 0)
    first = withhold(store, made)
    write = clearing.write_copy

    def lift_and_write(*args: object, **kwargs: object) -> None:
        lift(store, made, first)
        write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(clearing, "write_copy", lift_and_write)
    assert clear_next(store, settings) is False
    assert (files(settings), row(store, made).cleared) == ([made], "")


def test_a_full_disk_is_waited_out(
    store: Database, settings: Settings, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    withhold(store, made)
    with monkeypatch.context() as full:
        full.setattr(space, "RESERVE", 1 << 60)
        assert clear_next(store, settings) is False
    assert row(store, made).clearing_setbacks == 0
    assert clear_next(store, settings) is True


def test_what_cannot_be_decoded_is_given_up_at_once_and_others_go_on(
    store: Database, settings: Settings, city: City, made: str
) -> None:
    broken = add(store, settings, city)
    rules.file_of(settings, broken).write_bytes(b"just some text")
    gone = add(store, settings, city)
    rules.file_of(settings, gone).unlink()
    for each in (broken, gone, made):
        withhold(store, each)
    for _ in range(10):
        clear_next(store, settings)
    assert row(store, made).cleared == digest_of(store.read_now(lambda db: queries.gaps(db, made)))
    for each in (broken, gone):
        assert row(store, each).clearing_setbacks == GIVEN_UP
        state = public_media(
            row(store, each), store.read_now(lambda db, each=each: queries.gaps(db, each))
        ).state
        assert (state, copy(store, settings, each)) == ("failed", None)
    assert clear_next(store, settings) is False
    book = store.read_now(lambda db: kinds(db, city.meeting.id))
    assert book.count("clearing.failed") == 2


CRASH = """
import os, signal, sys
from pathlib import Path
from engage.db import Database
from engage.settings import Settings
from transcripts.withholding import clearing
write = clearing.write_copy
def crash(source, copy, **rest):
    if source.name == sys.argv[2]:
        copy.write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGSEGV)
    write(source, copy, **rest)
clearing.write_copy = crash
settings = Settings(data=Path(sys.argv[1]))
store = Database(settings.database)
while clearing.clear_next(store, settings):
    pass
store.close()
"""


@pytest.mark.process
def test_a_file_that_kills_every_worker_is_given_up_and_others_go_on(
    store: Database, settings: Settings, city: City, made: str
) -> None:
    other = add(store, settings, city)
    for each in (made, other):
        withhold(store, each)
    command = [sys.executable, "-c", CRASH, str(settings.data), made]
    root = Path(clearing.__file__).parents[2]
    fates = [
        subprocess.run(command, check=False, cwd=root, timeout=60).returncode
        for _ in range(MOST_SETBACKS + 1)
    ]
    assert fates == [-signal.SIGSEGV] * MOST_SETBACKS + [0]
    assert row(store, made).clearing_setbacks == GIVEN_UP
    assert copy(store, settings, made) is None
    digest = row(store, other).cleared
    assert (files(settings), bool(digest)) == (sorted([made, other, f"{other}.{digest}"]), True)


@pytest.mark.process
def test_a_killed_worker_leaves_nothing_that_the_public_could_get(
    store: Database, settings: Settings, made: str
) -> None:
    withhold(store, made)
    command = [sys.executable, "-c", CRASH, str(settings.data), made]
    root = Path(clearing.__file__).parents[2]
    assert subprocess.run(command, check=False, cwd=root, timeout=60).returncode == -signal.SIGSEGV
    assert [each.endswith(".part") for each in files(settings)] == [False, True]
    assert copy(store, settings, made) is None
    assert clear_next(store, settings) is True
    path = copy(store, settings, made)
    assert path and path.read_bytes() != b"half"
    assert not any(each.endswith(".part") for each in files(settings))


def test_it_goes_on_by_itself_beside_the_hearing(
    store: Database, settings: Settings, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "LOOK_S", 0.01)
    with kept_cleared(store, settings):
        withhold(store, made)
        wait_for(lambda: copy(store, settings, made), 20)
    assert "clearing" not in [each.name for each in enumerate_threads()]
