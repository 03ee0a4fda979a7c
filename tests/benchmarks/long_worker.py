"""A worker that tells its memory after each window: python -m tests.benchmarks.long_worker '{...}'.

For tests/benchmarks/long_audio.py.
"""

import json
import sys
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from threading import Event
from typing import Any

from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests import make
from transcripts import rules, sharing, worker
from transcripts.apart import windows
from transcripts.audio import Window
from transcripts.lease import Job
from transcripts.models import Recording
from transcripts.whisper import Heard, Recogniser


def silent_stand_in(window: Window, **asked: Any) -> Heard:
    """Looks at every sample, and says whether there was any sound."""
    return make.hear(window, **asked) if window.samples.any() else Heard(None, 0.0, ())


def own_kib() -> int:
    """Memory of this process alone: without its files, which the system takes away and brings back."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def work(data: str, file: str, model: str, window_s: int, keeps: bool) -> None:
    """One line for each window: milliseconds, and memory in KiB. Then how it ended, how many lines it made,
    and the most memory that it ever had."""
    settings = Settings(data=Path(data), model=model)
    settings.data.mkdir()
    migrate(settings.database)
    store = Database(settings.database)
    recording_id: str = store.write_now(
        lambda db: make.recording(db, make.meeting(db, make.body(db)), duration_ms=None).id
    )
    path = rules.file_of(settings, recording_id)
    path.parent.mkdir(parents=True)
    path.symlink_to(file)
    own = Recogniser(model, threads=settings.threads).hear if model else silent_stand_in
    kept: list[Window] = []

    def hear(window: Window, **asked: Any) -> Heard:
        kept.extend([window] * keeps)
        return own(window, **asked)

    hear_window = sharing.hear_window

    def hear_and_tell(db: Database, job: Job, window: Window, **given: Any) -> None:
        hear_window(db, job, window, **given)
        print(window.end_ms, own_kib(), flush=True)

    sharing.hear_window, sharing.windows = hear_and_tell, partial(windows, longest_s=window_s)
    take = partial(worker.take_next, store, settings, "worker", hear=hear, until=Event())
    while take():
        pass
    job: Any = store.read_now(lambda db: db.get_one(Recording, recording_id).transcription)
    print(job.state, job.count, getrusage(RUSAGE_SELF).ru_maxrss)
    store.close()


if __name__ == "__main__":
    work(**json.loads(sys.argv[1]))
