"""Decoding in a process of its own: the same windows, and a crash that hurts nobody."""

import signal
import sys
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from sqlalchemy.orm import Session

from engage.db import Database
from engage.settings import Settings
from tests import make
from tests.make import City
from tests.transcripts.test_audio import record, talk
from transcripts import apart, rules, worker
from transcripts.apart import Interrupted
from transcripts.apart import windows as windows_apart
from transcripts.audio import EndsEarly, NotAudio, Window, windows
from transcripts.models import DONE, FAILED, Recording, Transcription

SENDER = """
import os, struct, sys, time
out = sys.stdout.buffer
for n in range(3):
    out.write(struct.pack("<cqI", b"s", n * 16000, 64000) + bytes(64000))
out.flush()
"""
"""Stands in for FFmpeg on a file that it cannot stand: three seconds of sound, and then ..."""


def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    folder = tmp_path / "stand-in" / "transcripts"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "apart.py").write_text(program)
    monkeypatch.setattr(apart, "HERE", folder.parent)


def ended_by(number: signal.Signals) -> str:
    return f"os.kill(os.getpid(), {number.value})\ntime.sleep(9)\n"


@pytest.mark.parametrize("name", ["a.wav", "a.opus", "a.mp3"])
def test_the_windows_are_the_very_same(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, talk(40))
    here, there = (list(read(path, longest_s=8)) for read in (windows, windows_apart))
    assert len(here) == len(there) > 3
    for one, other in zip(here, there, strict=True):
        assert (one.n, one.start_ms, one.end_ms) == (other.n, other.start_ms, other.end_ms)
        assert np.array_equal(one.samples, other.samples)
    assert list(windows_apart(path, start_ms=40_000, longest_s=8)) == []


def test_what_stands_against_a_file_is_told_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"just some text")
    with pytest.raises(NotAudio) as here:
        list(windows(path))
    with pytest.raises(NotAudio) as there:
        list(windows_apart(path))
    assert str(here.value) == str(there.value)
    with pytest.raises(FileNotFoundError):
        next(windows_apart(tmp_path / "absent"))


def test_a_file_that_was_cut_off_ends_early(tmp_path: Path) -> None:
    path = record(tmp_path / "a.flac", talk(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(EndsEarly) as there:
        list(windows_apart(path))
    with pytest.raises(EndsEarly) as here:
        list(windows(path))
    assert here.value.at_ms == there.value.at_ms


def test_whoever_stops_reading_ends_the_decoder(tmp_path: Path) -> None:
    reading = windows_apart(record(tmp_path / "a.wav", talk(90)), longest_s=5)
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # an iterator here is a generator


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGPROF, signal.SIGXCPU])
def test_after_a_crash_the_sound_that_came_is_kept_and_the_file_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    path = make.sound_file(tmp_path / "one")
    stand_in(monkeypatch, tmp_path, SENDER + ended_by(number))
    found: list[Window] = []
    with pytest.raises(EndsEarly):
        found.extend(windows_apart(path))
    assert [each.end_ms for each in found] == [3000]


def test_a_crash_without_any_sound_is_no_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, tmp_path, f"import os, time\n{ended_by(signal.SIGSEGV)}")
    with pytest.raises(NotAudio, match=r"^This file cannot be read. It may be damaged.$"):
        list(windows_apart(make.sound_file(tmp_path / "one")))


@pytest.mark.parametrize(
    "end", [ended_by(signal.SIGKILL), ended_by(signal.SIGTERM), ended_by(signal.SIGINT), "sys.exit(1)\n", ""]
)
def test_what_ends_it_from_outside_is_not_held_against_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Nor is the transcript made of the half that was there."""
    stand_in(monkeypatch, tmp_path, SENDER + end)
    with pytest.raises(Interrupted):
        list(windows_apart(make.sound_file(tmp_path / "one")))


def job_of(db: Session, recording_id: str) -> Transcription:
    job = db.get_one(Recording, recording_id).transcription
    assert job
    return job


ONLY_THIS = """
import os, pathlib, sys
sys.path.insert(0, {root!r})
if pathlib.Path(sys.argv[1]).name == {name!r}:
    os.kill(os.getpid(), 11)
from transcripts.apart import main
main(pathlib.Path(sys.argv[1]))
"""


def test_a_file_that_crashes_every_decoder_is_given_up_and_others_go_on(
    store: Database, settings: Settings, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add() -> str:
        made = store.write_now(lambda db: make.recording(db, city.meeting).id)
        make.sound_file(rules.file_of(settings, made), 3)
        return made

    hostile, good = add(), add()
    root = str(Path(apart.__file__).parents[1])
    program = tmp_path / "stand-in" / "run.py"
    program.parent.mkdir()
    program.write_text(ONLY_THIS.format(root=root, name=hostile))
    monkeypatch.setattr(apart, "COMMAND", [sys.executable, str(program)])
    for _ in range(2):
        assert worker.take_next(store, settings, "w", hear=make.hear, until=Event())
    failed, done = (store.read_now(lambda db, one=one: job_of(db, one)) for one in (hostile, good))
    assert (failed.state, done.state) == (FAILED, DONE)
    assert failed.error == "This file cannot be read. It may be damaged."
