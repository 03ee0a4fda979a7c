"""The worker: whatever happens to it, the transcript is that of an undisturbed run."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Database
from engage.settings import Settings
from tests import make
from tests.make import City, kinds
from transcripts import finishing, holding, lease, queries, queue, rules, sharing, worker
from transcripts.audio import Window, windows
from transcripts.lease import Lost
from transcripts.models import DONE, FAILED, QUEUED, RUNNING, HeardWindow, Recording, Transcription
from transcripts.sharing import Hear
from transcripts.weights import ModelMissing
from transcripts.whisper import Heard, UnknownLanguage

SECONDS = 85
"""Of the test recording: three windows."""
ROOT = Path(__file__).parents[2]

DIES = """
import os, sys
from pathlib import Path
from engage.settings import Settings
from tests import make
from transcripts import worker

heard = 0

def hear(window, **asked):
    global heard
    heard += 1
    if heard == int(sys.argv[2]):
        os._exit(9)
    return make.hear(window, **asked)

worker.run(Settings(data=Path(sys.argv[1])), hear=hear)
"""


@pytest.fixture
def store(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[Database]:
    """With the small city in it."""
    shutil.copy(filled_store[0], settings.database)
    made = Database(settings.database)
    yield made
    made.close()


@pytest.fixture
def city(filled_store: tuple[Path, City]) -> City:
    return filled_store[1]


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make.sound_file(tmp_path_factory.mktemp("sound") / "long.wav", SECONDS)


@pytest.fixture(scope="module")
def short_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make.sound_file(tmp_path_factory.mktemp("sound") / "short.wav", 3)


Lines = list[tuple[Any, ...]]


def put(store: Database, settings: Settings, city: City, source: Path | bytes, **over: Any) -> str:
    """A queued recording with this file."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    made: Recording = store.write_now(
        lambda db: make.recording(db, city.meeting, **{"size": len(content), "duration_ms": None} | over)
    )
    path = rules.file_of(settings, made.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return made.id


def work(store: Database, settings: Settings, hear: Hear = make.hear, name: str = "one") -> bool:
    return worker.take_next(store, settings, name, hear=hear, until=threading.Event())


def job(store: Database, recording_id: str) -> Transcription:
    def latest(db: Session) -> Transcription:
        found = db.get_one(Recording, recording_id).transcription
        assert found
        return found

    return store.read_now(latest)


def lines(store: Database, recording_id: str) -> Lines:
    found = store.read_now(lambda db: queries.lines_of(db, recording_id))
    return [
        (each.place, each.start_ms, each.end_ms, each.text, each.words, each.confidence) for each in found
    ]


def windows_stored(store: Database) -> list[int]:
    stored = select(HeardWindow.n).where(HeardWindow.segments.is_not(None)).order_by(HeardWindow.n)
    return store.read_now(lambda db: list(db.scalars(stored)))


def test_a_recording_becomes_lines_and_one_entry(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    made = put(store, settings, city, long_file)
    assert work(store, settings)
    found = lines(store, made)
    done = job(store, made)
    assert (done.state, done.count, len(found), done.ends_early) == (DONE, 6, 6, False)
    assert (done.language, done.model, done.recording.duration_ms) == ("en", "base", SECONDS * 1000)
    assert kinds_of(store, city) == [
        "recording.added",
        "transcription.queued",
        "transcription.started",
        "transcript.made",
    ]
    facts = store.read_now(lambda db: record.of_kinds(db, [city.meeting.id], ["transcript.made"])[0].facts)
    assert facts["lines"] == rules.lines_hash((line[1], line[2], line[3]) for line in found)
    assert not work(store, settings), "nothing is left to do"


def kinds_of(store: Database, city: City) -> list[str]:
    noted = store.read_now(lambda db: kinds(db, city.meeting.id))
    return [kind for kind in noted if kind.startswith(("recording.", "transcri"))]


@pytest.mark.process
@pytest.mark.parametrize("window", [1, 2, 3])
def test_killed_in_any_window_the_next_worker_makes_the_same_transcript(
    store: Database, settings: Settings, city: City, long_file: Path, window: int
) -> None:
    undisturbed = put(store, settings, city, long_file)
    work(store, settings)
    made = put(store, settings, city, long_file, sha256="other")
    died = subprocess.run([sys.executable, "-c", DIES, settings.data, str(window)], cwd=ROOT, check=False)
    assert died.returncode == 9
    assert (job(store, made).state, windows_stored(store)) == (RUNNING, list(range(window - 1)))

    again: list[int] = []

    def hear(window: Window, **given: Any) -> Heard:
        again.append(window.n)
        return make.hear(window, **given)

    with clock.set_to(clock.now() + timedelta(seconds=lease.LEASE_S + 1)):
        assert work(store, settings, hear)
    assert again == list(range(window - 1, 3)), "what was stored is not heard again"
    assert lines(store, made) == lines(store, undisturbed)


def test_a_worker_that_was_taken_for_dead_stops_and_stores_nothing(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    """While the first hears its second window its lease runs out, and another worker does the rest."""
    made = put(store, settings, city, long_file)
    finished: list[Lines] = []

    def hear(window: Window, **given: Any) -> Heard:
        if window.n == 1:
            with clock.set_to(clock.now() + timedelta(seconds=lease.LEASE_S + 1)):
                assert work(store, settings, name="two")
            finished.append(lines(store, made))
        return make.hear(window, **given)

    assert work(store, settings, hear)
    done = job(store, made)
    assert (done.state, len(finished[0])) == (DONE, 6)
    assert lines(store, made) == finished[0]
    assert kinds_of(store, city).count("transcript.made") == 1


def test_the_heartbeat_holds_the_lease_and_tells_the_progress(
    store: Database, settings: Settings, city: City, long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "HEARTBEAT_S", 0.01)
    made = put(store, settings, city, long_file)
    seen = threading.Event()

    def hear(window: Window, *, on_progress: Callable[[int], None], **asked: Any) -> Heard:
        middle = (window.start_ms + window.end_ms) // 2
        on_progress(middle)
        while not seen.wait(0.01) and window.n == 0:
            if job(store, made).done_ms == middle:
                seen.set()
        return make.hear(window, on_progress=on_progress, **asked)

    assert work(store, settings, hear)
    assert seen.is_set() and job(store, made).state == DONE


def test_a_heartbeat_that_finds_the_window_gone_stops_the_hearing(
    store: Database, settings: Settings, city: City, long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "HEARTBEAT_S", 0.01)
    made = put(store, settings, city, long_file)
    heard_for_nobody: list[int] = []

    def hear(window: Window, *, on_progress: Callable[[int], None], **asked: Any) -> Heard:
        def take_away(db: Session) -> None:
            db.get_one(HeardWindow, (job(store, made).id, window.n)).worker = "two"

        store.write_now(take_away)
        for _tick in range(300):
            on_progress(window.start_ms)
            threading.Event().wait(0.01)
        heard_for_nobody.append(window.n)
        return make.hear(window, on_progress=on_progress, **asked)

    assert work(store, settings, hear)
    assert heard_for_nobody == []
    assert (job(store, made).state, windows_stored(store)) == (RUNNING, [])


def test_asked_to_stop_it_lets_go_at_once_and_the_next_goes_on(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    made = put(store, settings, city, long_file)
    until = threading.Event()

    def hear(window: Window, **given: Any) -> Heard:
        if window.n == 2:
            until.set()
        return make.hear(window, **given)

    worker.run(settings, until=until, hear=hear)
    stopped = job(store, made)
    assert (stopped.state, stopped.setbacks, windows_stored(store)) == (QUEUED, 0, [0, 1])
    assert work(store, settings)
    assert (job(store, made).state, len(lines(store, made))) == (DONE, 6)


def test_what_breaks_while_it_is_asked_to_stop_is_no_setback(
    store: Database, settings: Settings, city: City, short_file: Path
) -> None:
    """Whoever ends the worker may have ended what it works with a moment before."""
    made = put(store, settings, city, short_file)
    until = threading.Event()

    def broken(window: Window, **_: Any) -> Heard:
        until.set()
        raise RuntimeError("the decoder was ended")

    worker.run(settings, until=until, hear=broken)
    assert (job(store, made).state, job(store, made).setbacks) == (QUEUED, 0)


def test_every_window_is_heard_alike_whatever_was_heard_before(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    """The language of one window says nothing about the next; the recording's is that of most words."""
    made = put(store, settings, city, long_file)
    given: list[tuple[Any, ...]] = []

    def hear(window: Window, *, language: str | None, vocabulary: Sequence[str], **asked: Any) -> Heard:
        given.append((language, vocabulary))
        return make.hear(window, language="en" if window.n == 0 else "es", vocabulary=vocabulary, **asked)

    work(store, settings, hear)
    assert [each[0] for each in given] == [None] * 3
    assert len({each[1] for each in given}) == 1
    assert job(store, made).language == "es"


def test_a_language_that_the_clerk_has_said_holds_for_all(
    store: Database, settings: Settings, city: City, short_file: Path
) -> None:
    made = put(store, settings, city, short_file, language="es")
    work(store, settings)
    assert job(store, made).language == "es"


def silence(window: Window, **_: Any) -> Heard:
    return Heard(None, 0.0, ())


def test_a_silent_recording_is_done_and_says_so(
    store: Database, settings: Settings, city: City, short_file: Path
) -> None:
    made = put(store, settings, city, short_file)
    work(store, settings, silence)
    done = job(store, made)
    assert (done.state, done.is_silent, lines(store, made)) == (DONE, True, [])


def test_a_file_that_was_cut_off_gives_what_it_holds(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    content = long_file.read_bytes()
    made = put(store, settings, city, content[: len(content) // 2], duration_ms=SECONDS * 1000)
    work(store, settings)
    done = job(store, made)
    assert (done.state, done.ends_early) == (DONE, True)
    assert done.recording.duration_ms == pytest.approx(SECONDS * 500, abs=1000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This file is empty."),
        (b"Minutes of the meeting.", "This file is not a recording, or it is damaged or incomplete."),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "This file is not a recording, or it is damaged or incomplete."),
    ],
)
def test_what_is_no_recording_fails_at_once_with_a_plain_reason(
    store: Database, settings: Settings, city: City, content: bytes, reason: str
) -> None:
    made = put(store, settings, city, content)
    assert work(store, settings)
    failed = job(store, made)
    assert (failed.state, failed.error, failed.setbacks) == (FAILED, reason, 0)
    assert kinds_of(store, city)[-1] == "transcription.failed"


def test_a_file_that_is_gone_fails_with_a_plain_reason(
    store: Database, settings: Settings, city: City, short_file: Path
) -> None:
    made = put(store, settings, city, short_file)
    rules.file_of(settings, made).unlink()
    work(store, settings)
    assert (job(store, made).state, job(store, made).error) == (FAILED, worker.NO_FILE)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ModelMissing("The model %(model)s is missing.", model="base"), "The model base is missing."),
        (UnknownLanguage("xx"), "The speech model does not know the language xx."),
    ],
)
def test_what_the_machine_cannot_do_is_a_sentence_for_the_clerk(
    store: Database, settings: Settings, city: City, short_file: Path, problem: Exception, sentence: str
) -> None:
    def hear(window: Window, **_: Any) -> Heard:
        raise problem

    made = put(store, settings, city, short_file)
    work(store, settings, hear)
    failed = job(store, made)
    assert (failed.state, failed.error % failed.error_values) == (FAILED, sentence)


def test_several_workers_share_a_recording_and_none_hears_what_another_does(
    store: Database, settings: Settings, city: City, long_file: Path
) -> None:
    """The second joins while the first hears the first window, and the third finds nothing to do."""
    alone = put(store, settings, city, long_file)
    work(store, settings)
    made = put(store, settings, city, long_file, sha256="other")
    log: list[tuple[str, int]] = []
    may_end, has_begun = threading.Event(), threading.Event()

    def of_first(window: Window, **asked: Any) -> Heard:
        log.append(("one", window.n))
        has_begun.set()
        assert may_end.wait(30)
        return make.hear(window, **asked)

    def of_second(window: Window, **asked: Any) -> Heard:
        log.append(("two", window.n))
        return make.hear(window, **asked)

    first = threading.Thread(target=work, args=(store, settings, of_first))
    first.start()
    assert has_begun.wait(30)
    assert work(store, settings, of_second, name="two")
    assert (job(store, made).windows, windows_stored(store)) == (3, [1, 2])
    assert not work(store, settings, of_second, name="three"), "nobody reads the file in vain"
    may_end.set()
    first.join()
    assert log == [("one", 0), ("two", 1), ("two", 2)]
    assert lines(store, made) == lines(store, alone)
    assert kinds_of(store, city).count("transcript.made") == 2


def test_the_file_is_read_no_further_than_there_is_something_to_do(
    store: Database, settings: Settings, city: City, long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window of somebody who died is heard again, and what comes after it is not even decoded."""
    made = put(store, settings, city, long_file)
    read: list[int] = []

    def counted(path: Path) -> Iterator[Window]:
        for window in windows(path):
            read.append(window.n)
            yield window

    monkeypatch.setattr(sharing, "windows", counted)

    def die(window: Window, **asked: Any) -> Heard:
        if window.n == 1:
            raise Lost
        return make.hear(window, **asked)

    work(store, settings, die)
    work(store, settings, name="two")
    assert (job(store, made).state, read) == (RUNNING, [0, 1, 0, 1, 2])
    read.clear()
    with clock.set_to(clock.now() + timedelta(seconds=lease.LEASE_S + 1)):
        assert work(store, settings, name="three")
    assert (job(store, made).state, read) == (DONE, [0, 1])


def test_who_makes_the_transcript_and_dies_is_followed_by_another_who_hears_nothing_again(
    store: Database, settings: Settings, city: City, short_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(store, settings, city, short_file)

    def die(*_: Any, **__: Any) -> None:
        raise Lost

    with monkeypatch.context() as patched:
        patched.setattr(finishing, "finish", die)
        work(store, settings)
    assert (job(store, made).state, windows_stored(store)) == (RUNNING, [0])
    assert not work(store, settings)

    def never(window: Window, **asked: Any) -> Heard:
        raise AssertionError("it is heard already")

    with clock.set_to(clock.now() + timedelta(seconds=lease.LEASE_S + 1)):
        assert work(store, settings, never, name="two")
    assert (job(store, made).state, len(lines(store, made))) == (DONE, 2)


def test_what_breaks_again_and_again_is_given_up_and_others_get_their_turn(
    store: Database, settings: Settings, city: City, short_file: Path
) -> None:
    def hear(window: Window, **_: Any) -> Heard:
        raise RuntimeError("bad luck")

    broken = put(store, settings, city, short_file)
    for _ in range(queue.MOST_SETBACKS):
        assert job(store, broken).state == QUEUED
        work(store, settings, hear)
    assert (job(store, broken).state, job(store, broken).error) == (FAILED, queue.GIVEN_UP)
    other = put(store, settings, city, short_file, sha256="other")
    work(store, settings)
    assert job(store, other).state == DONE


def test_a_store_without_tables_is_waited_for(settings: Settings, tmp_path: Path) -> None:
    empty = Settings(data=tmp_path / "empty")
    database = Database(empty.database)
    with pytest.raises(OperationalError):
        database.read_now(queue.is_waiting)
    assert not worker.take_next(database, empty, "w", hear=make.hear, until=threading.Event())
    database.close()
