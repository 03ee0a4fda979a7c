"""How far live captions are behind what is said, for every model that is installed, and how right they are.

python -m tests.benchmarks.captions_lag --seconds 120
python -m tests.benchmarks.captions_lag --seconds 120 --beside 2

Recorded speech is written into a growing part as the recorder does it, in real time, while a process of its
own captions it. For every tenth of a second in which somebody speaks: how long it takes until a caption that
reaches so far is in the store, first as it may still change and then for good. Then wrong words in percent
(substituted, left out, put in) and seconds of computing a minute. Fails when English is more than 6 s behind.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from threading import Event

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.__main__ import NICE, NICE_CAPTIONS
from engage.db import Database
from engage.migrations import migrate
from engage.on_air import standing_of
from engage.settings import Settings
from meetings.floor.models import Caption
from meetings.floor.ogg import OggFile
from meetings.floor.packets import FRAME_MS
from tests.benchmarks.captions_said import Seen, Speech, behind, captioned, since_1970, speech, spoken
from tests.benchmarks.results import ROOT, Figures, report
from tests.benchmarks.speech import wrong_words
from tests.make import City, wait_for
from tests.transcripts.captioning.spoken import packets
from transcripts import whisper
from transcripts.audio import windows
from transcripts.captioning import worker
from transcripts.captioning.hearing import Recogniser
from transcripts.pauses import RATE
from transcripts.uploads import take_lock

MODELS = ("tiny.en", "base")
MOST_BEHIND_S = {"tiny.en": 6.0}
FLUSH = 3
"""Packets of 60 ms; the recorder writes every 200 ms."""
LAST_S = 6


def caption(settings: Settings, model: str) -> None:
    """The process, as `engage captions` is; but with a model that is given."""
    os.nice(NICE_CAPTIONS)
    until = Event()
    signal.signal(signal.SIGTERM, lambda *_: until.set())
    recogniser = Recogniser(model)
    worker.run(settings, standing_of=standing_of, until=until, hear_in=lambda language: recogniser.hear)


def is_running(settings: Settings) -> bool:
    """It holds its lock."""
    path = settings.run / "captions.lock"
    if not path.exists():
        return False
    with path.open("ab") as lock:
        return not take_lock(lock)


def transcribe(path: Path) -> None:
    """As a worker does, until it is ended."""
    os.nice(NICE)
    recogniser = whisper.Recogniser("base", threads=1)
    while True:
        for window in windows(path):
            recogniser.hear(window)


def begin(settings: Settings) -> tuple[Database, str]:
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database)
    store = Database(settings.database)

    def work(db: Session) -> str:
        city = City(db)
        city.meeting.carries_sound = True
        return city.meeting.id

    return store, store.write_now(work)


def listen(store: Database, folder: Path, sound: list[bytes], began: float) -> list[Seen]:
    """Say it in real time, and look on."""
    seen, known = list[Seen](), dict[str, tuple[str, bool]]()
    folder.mkdir(parents=True)
    part = OggFile(folder / f"1-{round(began * 1000)}.ogg")
    for n in range(len(sound) + LAST_S * 1000 // FRAME_MS):
        if n < len(sound):
            part.write(sound[n], FRAME_MS)
        if n % FLUSH == 0 or n == len(sound):
            part.flush()
        while time.time() < began + (n + 1) * FRAME_MS / 1000:
            note(store, seen, known, began)
            time.sleep(0.015)
    return seen


def note(store: Database, seen: list[Seen], known: dict[str, tuple[str, bool]], began: float) -> None:
    """What has changed since the last look."""
    found = store.read_now(lambda db: list(db.scalars(select(Caption))))
    now = time.time() - began
    for row in found:
        if known.get(row.id) != (row.text, row.is_final):
            known[row.id] = row.text, row.is_final
            seen.append((now, since_1970(row.end_at) - began, row.is_final))


def run(model: str, said: Speech, *, beside: int) -> Figures:
    sound, moments = list(packets(said.samples)), spoken(said.samples)
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(data=Path(place))
        store, meeting_id = begin(settings)
        context = get_context("spawn")
        process = context.Process(target=caption, args=(settings, model))
        process.start()
        wait_for(lambda: is_running(settings), 60)  # before anybody speaks
        others = [context.Process(target=transcribe, args=said.case.paths) for _ in range(beside)]
        for other in others:
            other.start()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.time()
        seen = listen(store, settings.data / "floor" / meeting_id, sound, began)
        captions = store.read_now(lambda db: list(db.scalars(select(Caption).order_by(Caption.start_at))))
        process.terminate()
        process.join()
        store.close()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        for other in others:
            other.terminate()
            other.join()
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    minutes = len(said.samples) / RATE / 60
    percent, counts = wrong_words(said.case, " ".join(row.text for row in captions))
    told = captioned(moments, captions, began)
    figures: Figures = {}
    for name, those in (("shown", seen), ("settled", [each for each in seen if each[2]])):
        late = behind(told, those)
        for label, share in (("half", 50), ("95 %", 95), ("most", 100)):
            figures[f"{model}: s behind when {name}, {label}"] = float(np.percentile(late, share))
    return figures | {
        f"{model}: wrong words, %": percent,
        f"{model}: substituted/left out/put in": counts,
        f"{model}: CPU s a minute, with loading": cpu_s / minutes,
        f"{model}: changes a minute": len(seen) / minutes,
        f"{model}: speech without a caption, %": 100 * (1 - len(told) / len(moments)),
        f"{model}: load of the machine": os.getloadavg()[0],
    }


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech", help="its folder")
    words.add_argument("--recording", default="meeting.opus")
    words.add_argument("--seconds", type=float, default=120)
    words.add_argument("--model", action="append", help="default: every one that is installed")
    words.add_argument("--beside", type=int, default=0, help="workers at an old recording")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    said = speech(chosen.speech / chosen.recording, chosen.seconds)
    figures: Figures = {}
    for model in chosen.model or [each for each in MODELS if whisper.is_here(each)]:
        figures |= run(model, said, beside=chosen.beside)
    report(f"captions lag{', beside workers' if chosen.beside else ''}", figures, save=chosen.save)
    late = [
        f"{model}: {figures[label]:.1f} s behind, at most {most}"
        for model, most in MOST_BEHIND_S.items()
        if float(figures.get(label := f"{model}: s behind when shown, most", 0)) > most
    ]
    print(*late, sep="\n")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
