"""A store with one recording that waits, and workers at it that are killed; for workers_killed.py."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests import make
from tests.benchmarks.results import ROOT
from transcripts import queries, rules
from transcripts.models import Recording


@dataclass(frozen=True)
class Asked:
    model: str
    minutes: float
    window_s: int
    lease_s: float
    stand_in_s: float
    kills: int
    seed: int
    control: str


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    state: str
    transcript: Any
    begun: list[int]
    """The windows in the order in which somebody began to hear them."""
    kills: int
    wall_s: float

    @property
    def repeated(self) -> int:
        return len(self.begun) - len(set(self.begun))


class Site:
    """A store with one recording that waits, and the workers at it."""

    def __init__(self, folder: Path, asked: Asked, *, file: Path) -> None:
        self.settings = Settings(data=folder / "data", model=asked.model)
        self.settings.data.mkdir(parents=True)
        migrate(self.settings.database)
        self.store, self.log = Database(self.settings.database), folder / "log"
        self.recording_id: str = self.store.write_now(
            lambda db: make.recording(db, make.meeting(db, make.body(db)), duration_ms=None).id
        )
        path = rules.file_of(self.settings, self.recording_id)
        path.parent.mkdir(parents=True)
        path.symlink_to(file)
        given = {
            "data": str(self.settings.data), "log": str(self.log), "model": asked.model,
            "window_s": asked.window_s, "lease_s": asked.lease_s, "stand_in_s": asked.stand_in_s,
            "has_memory": asked.control == "memory",
        }  # fmt: skip
        self.command = [sys.executable, "-m", "tests.benchmarks.killed_worker", json.dumps(given)]
        self.workers: list[subprocess.Popen[bytes]] = []

    def hire(self) -> None:
        self.workers.append(subprocess.Popen(self.command, cwd=ROOT))

    def kill(self, which: subprocess.Popen[bytes]) -> None:
        which.kill()
        which.wait()
        self.workers.remove(which)

    def state(self) -> str:
        def read(db: Any) -> str:
            job = db.get_one(Recording, self.recording_id).transcription
            return str(job.state)

        return self.store.read_now(read)

    def transcript(self) -> Any:
        """All that was heard, but for the ids."""

        def read(db: Any) -> Any:
            recording = db.get_one(Recording, self.recording_id)
            job = recording.transcription
            lines = [
                [each.start_ms, each.end_ms, each.text, each.words, each.confidence, each.language]
                + [each.translation, each.is_continued]
                for each in queries.lines_of(db, recording.id)
            ]
            about = [job.language, job.confidence, job.count, recording.duration_ms]
            return [lines, recording.voices, about]

        return self.store.read_now(read)

    def begun(self) -> list[tuple[int, float]]:
        """Each window that somebody began to hear, and when."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(int(n), float(at)) for n, at in (line.split() for line in lines)]


@contextmanager
def site(folder: Path, asked: Asked, *, file: Path) -> Iterator[Site]:
    made = Site(folder, asked, file=file)
    try:
        yield made
    finally:
        for each in list(made.workers):
            made.kill(each)
        made.store.close()
