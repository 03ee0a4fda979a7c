"""A folder of old recordings taken in by `engage archive`: how fast, once only, and the same after any kill?

python -m tests.benchmarks.archive --files 200 --kills 10 --seed 1

A third of the recordings have captions beside them, and every fifth is a second sitting of the meeting
before. The command runs undisturbed, and once more: then nothing may be added. Into a second data folder it
is killed (SIGKILL) at random moments and started again until it ends by itself; both stores must then hold
the same meetings, recordings and lines, every file as its row says, nothing else in the folder, and every
book must be whole. --control gives one file another date in the second run: the difference must be found.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.db import Database
from engage.record import heads
from engage.settings import Settings
from engage.verify import check_files, check_record
from meetings.models import Meeting
from tests.benchmarks.results import Figures, report
from tests.make import sound_file
from transcripts.queries import lines_of, recordings
from transcripts.rules import folder

CAPTIONS_EVERY, SITTING_EVERY = 3, 5
MIDST_S = 0.05
"""About as long as one recording takes."""


def fill(home: Path, files: int, rng: random.Random) -> Path:
    """The recordings, each another one, and their table."""
    home.mkdir()
    rows, day = ["file,date,time,title,transcript"], date(2001, 1, 2)
    for n in range(files):
        name = f"{n:04}.wav"
        sound_file(home / name, 1 + n / 100)
        if n % CAPTIONS_EVERY == 0:
            cue = f"00:00.{rng.randrange(1000):03} --> 00:01.000\n<v Speaker of {n}>What was said in {n}."
            (home / f"{n:04}.vtt").write_text(f"WEBVTT\n\n{cue}\n")
        day += timedelta(days=0 if n % SITTING_EVERY == 1 else 7)
        rows.append(f"{name},{day},18:30,Regular meeting,{f'{n:04}.vtt' if n % CAPTIONS_EVERY == 0 else ''}")
    table = home.parent / "dates.csv"
    table.write_text("\n".join(rows) + "\n")
    return table


def start(home: Path, table: Path, data: Path) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "engage",
        "archive",
        str(home),
        "--dates",
        str(table),
        "--data",
        str(data),
    ]
    options = ["--body", "City Council", "--new-bodies"]
    return subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> str:
    said, complained = process.communicate(timeout=600)
    if process.returncode:
        raise SystemExit(complained)
    return said


def held(db: Session) -> list[Any]:
    """Every meeting with its recordings and their lines, without ids and times of today."""
    return [
        (meeting.body.name, meeting.title, meeting.starts_at, meeting.state, sorted(recorded(db, meeting)))
        for meeting in db.scalars(select(Meeting).order_by(Meeting.starts_at, Meeting.title))
    ]


def recorded(db: Session, meeting: Meeting) -> list[Any]:
    return [
        (each.name, each.sha256, [job.source for job in each.transcriptions], said(db, each.id))
        for each in recordings(db, meeting.id)
    ]


def said(db: Session, recording_id: str) -> list[Any]:
    return [
        (line.start_ms, line.end_ms, line.text, line.speaker and line.speaker.name)
        for line in lines_of(db, recording_id)
    ]


def look(data: Path) -> tuple[list[Any], dict[str, int], list[str]]:
    """What a store holds, how far its books are, and what is wrong with it."""
    settings = Settings(data=data)
    store = Database(settings.database)
    try:
        faults = (
            store.read_now(check_record).faults + store.read_now(lambda db: check_files(db, settings)).faults
        )
        found, books = store.read_now(held), store.read_now(heads)
    finally:
        store.close()
    kept = sum(len(recordings_of) for *_, recordings_of in found)
    there = len(list(folder(settings).iterdir()))
    return found, books, faults + ([f"{there} files for {kept} recordings"] if there != kept else [])


def killed(home: Path, table: Path, data: Path, chosen: argparse.Namespace, rng: random.Random) -> int:
    """How often it was killed before it had ended: each time after some more files, in the midst of one."""
    count = 0
    for _ in range(chosen.kills):
        process = start(home, table, data)
        enough = stored(data) + rng.randint(0, chosen.files // (chosen.kills + 1))
        while process.poll() is None and stored(data) < enough:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, MIDST_S))
        count += process.poll() is None
        process.kill()
        process.communicate()
    return count


def stored(data: Path) -> int:
    """Files in the folder of recordings, whole or not."""
    at = folder(Settings(data=data))
    return len(list(at.iterdir())) if at.is_dir() else 0


def prove(place: Path, chosen: argparse.Namespace) -> tuple[Figures, list[str]]:
    rng = random.Random(chosen.seed)
    home, undisturbed, disturbed = place / "old", place / "one", place / "other"
    table = fill(home, chosen.files, rng)
    began = time.monotonic()
    finish(start(home, table, undisturbed))
    seconds = time.monotonic() - began
    wanted, books, faults = look(undisturbed)
    began = time.monotonic()
    finish(start(home, table, undisturbed))
    again = time.monotonic() - began
    faults += ["the second run has added something"] if look(undisturbed)[1] != books else []
    if chosen.control:
        table.write_text(table.read_text().replace("2001-01-09", "2001-01-10", 1))
    kills = killed(home, table, disturbed, chosen, rng)
    finish(start(home, table, disturbed))
    found, _, more = look(disturbed)
    faults += [*more, *(["what was killed has another result"] if found != wanted else [])]
    figures: Figures = {
        "recordings taken in": chosen.files, "meetings": len(wanted),
        "recordings per second": chosen.files / seconds,
        "seconds of the whole command": seconds, "seconds when all is there already": again, "kills": kills,
        "faults": len(faults),
    }  # fmt: skip
    return figures, faults


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="another date in the second run")
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="archive-") as place:
        figures, faults = prove(Path(place), chosen)
    for fault in faults:
        print(fault)
    report("archive", figures, save=chosen.save, seed=chosen.seed)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
