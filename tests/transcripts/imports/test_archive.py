"""`engage archive`: a folder becomes an archive, once, whatever breaks it off; or every bad row is told."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import checking
from engage import record
from engage.db import Database
from engage.index import Index
from engage.settings import Settings
from engage.verify import check_files as check_stored
from engage.verify import check_record
from meetings.actions import record_past_meeting
from meetings.models import Meeting
from tests import make
from tests.make import Cast, kinds
from transcripts import queries, rules
from transcripts.imports.archive import Sum, Wanted, Wishes, check_files, take_in
from transcripts.imports.command import archive
from transcripts.imports.table import Defaults, moment_of, read_table
from transcripts.models import Recording

VTT = "WEBVTT\n\n00:00.500 --> 00:01.000\n<v Ana Ruiz>Good evening.\n"
TABLE = """\
file,date,time,title,transcript
2019/march.wav,2019-03-05,18:30,Regular meeting,march.vtt
2019/late.wav,2019-03-05,18:30,Regular meeting,
2020.wav,2020-01-07,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings, one with its captions."""
    for number, name in enumerate(("2019/march.wav", "2019/late.wav", "2020.wav"), 2):
        make.sound_file(tmp_path / "old" / name, number)
    (tmp_path / "old" / "march.vtt").write_text(VTT)
    return tmp_path / "old"


def run(folder: Path, settings: Settings, table: str = TABLE, *words: str) -> Result:
    dates = folder.parent / "dates.csv"
    dates.write_text(table)
    asked = [
        str(folder),
        "--dates",
        str(dates),
        "--data",
        str(settings.data),
        "--body",
        "City Council",
        *words,
    ]
    return CliRunner().invoke(archive, asked)


def held(db: Session) -> list[tuple[str, str, str, list[tuple[str, str, bool, int]]]]:
    """Every meeting with its recordings: name, where its lines come from, whether it is public, how many."""
    found = []
    for meeting in db.scalars(select(Meeting).order_by(Meeting.starts_at)):
        recordings = [
            (each.name, job.source, each.is_published, len(queries.lines_of(db, each.id)))
            for each in sorted(queries.recordings(db, meeting.id), key=lambda each: each.name)
            if (job := each.transcription)
        ]
        found.append((meeting.state, f"{meeting.starts_at:%Y-%m-%d %H:%M}", meeting.title, recordings))
    return found


ALL = [
    (
        "adjourned",
        "2019-03-06 02:30",
        "Regular meeting",
        [("late.wav", "whisper", False, 0), ("march.wav", "vtt", True, 1)],
    ),
    ("adjourned", "2020-01-08 02:00", "Meeting", [("2020.wav", "whisper", False, 0)]),
]


def test_a_folder_becomes_an_archive(folder: Path, settings: Settings, store: Database) -> None:
    told = run(folder, settings, TABLE, "--new-bodies", "--publish")
    assert (told.exit_code, told.stdout) == (
        0,
        "2 meetings and 3 recordings (0.1 MB) taken in: 1 with a transcript, 2 to be written down."
        " 0 were here already.\n",
    )
    assert store.read_now(held) == ALL
    assert store.read_now(check_record).faults == []
    assert store.read_now(lambda db: check_stored(db, settings)).faults == []
    assert [
        each.publishes_itself for each in store.read_now(lambda db: db.scalars(select(Recording)).all())
    ] == [True] * 3
    assert sorted(path.name for path in folder.rglob("*.wav")) == ["2020.wav", "late.wav", "march.wav"], (
        "copied"
    )


def test_the_record_says_what_was_done_and_no_more(folder: Path, settings: Settings, store: Database) -> None:
    run(folder, settings, TABLE, "--new-bodies")
    first = (
        store.read_now(lambda db: db.scalars(select(Meeting.id).order_by(Meeting.starts_at)).first()) or ""
    )
    assert store.read_now(lambda db: kinds(db, first)) == [
        "meeting.archived",
        "recording.added",
        "transcript.imported",
        "recording.added",
        "transcription.queued",
    ]
    entries = store.read_now(lambda db: record.after(db, first, 0))
    assert {entry.actor for entry in entries} == {"system"}
    assert store.read_now(lambda db: checking.faults(db, first)) == []


def test_again_takes_in_only_what_is_new(folder: Path, settings: Settings, store: Database) -> None:
    run(folder, settings, TABLE, "--new-bodies")
    make.sound_file(folder / "2021.wav", 3)
    again = run(folder, settings, TABLE + "2021.wav,2021-01-07,,,\n")
    assert again.stdout == (
        "1 meetings and 1 recordings (0.0 MB) taken in: 0 with a transcript, 1 to be written down."
        " 3 were here already.\n"
    )
    before = store.read_now(record.heads)
    assert "4 were here already" in run(folder, settings, TABLE + "2021.wav,2021-01-07,,,\n").stdout
    assert store.read_now(record.heads) == before


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    folder: Path, settings: Settings, store: Database
) -> None:
    run(folder, settings, TABLE.splitlines()[0] + "\n" + TABLE.splitlines()[1], "--new-bodies")
    before = store.read_now(record.heads)
    told = run(folder, settings, TABLE, "--dry-run")
    assert (told.exit_code, told.stdout.splitlines()) == (
        0,
        [
            "Line 2: 2019-03-05 18:30, City Council: Regular meeting: march.wav, is here already",
            "Line 3: 2019-03-05 18:30, City Council: Regular meeting: late.wav, to be written down",
            "Line 4: 2020-01-07 18:00, City Council: 2020.wav, to be written down",
        ],
    )
    assert store.read_now(record.heads) == before


def test_every_bad_row_is_told_before_anything_is_written(
    folder: Path, settings: Settings, store: Database
) -> None:
    (folder / "notes.txt").write_text("no sound")
    table = (
        "file,date,time,transcript,body\n"
        "2020.wav,2020-01-07,,,Parks\n"
        "notes.txt,2020-01-07,,,Parks\n"
        "2019/march.wav,2020-01-07,,notes.txt,\n"
        "nowhere.wav,2020-01-07,,,\n"
    )
    store.write_now(make.body)
    told = run(folder, settings, table)
    assert (told.exit_code, [line for line in told.stderr.splitlines() if line[:4] in ("Line", "Erro")]) == (
        1,
        [
            "Line 2: There is no body named Parks. With --new-bodies it is made.",
            "Line 3: There is no body named Parks. With --new-bodies it is made.",
            "Line 3: notes.txt: This file is not a recording, or it is damaged or incomplete.",
            "Line 4: notes.txt: This is no transcript that can be read in."
            " WebVTT, SRT and the JSON of Council Data Project can be.",
            "Line 5: nowhere.wav is not in the folder.",
            "Error: 5 rows cannot be taken in.",
        ],
    )
    assert store.read_now(lambda db: db.scalars(select(Meeting)).all()) == []


def test_a_recording_joins_the_meeting_that_is_there(
    folder: Path, settings: Settings, store: Database
) -> None:
    def work(db: Session) -> str:
        start = moment_of("2020-01-07", "18:00", settings.zone)
        return record_past_meeting(
            db, make.body(db), by="system", title="Special meeting", starts_at=start, zone=settings.zone
        ).id

    there = store.write_now(work)
    assert run(folder, settings, "file,date\n2020.wav,2020-01-07\n").exit_code == 0
    assert [each.meeting_id for each in store.read_now(lambda db: db.scalars(select(Recording)).all())] == [
        there
    ]


def test_broken_off_it_leaves_nothing_half_and_goes_on(
    folder: Path, settings: Settings, store: Database
) -> None:
    def stop(size: int) -> None:
        raise KeyboardInterrupt

    wishes = Wishes(is_published=False, has_names_first=False)
    rows, _ = read_table(
        "file,date\n2020.wav,2020-01-07\n", folder, Defaults("Council", "en", "UTC", "18:00")
    )
    wanted = check_files(rows[0], wishes)
    assert isinstance(wanted, Wanted)
    with pytest.raises(KeyboardInterrupt):
        take_in(store, settings, wanted, wishes, Sum(), stop)
    assert (list(rules.folder(settings).iterdir()), store.read_now(record.heads)) == ([], {})
    (rules.folder(settings) / "crashed.part").write_bytes(b"left by a power cut")
    run(folder, settings, TABLE, "--new-bodies", "--publish")
    assert store.read_now(held) == ALL
    assert len(list(rules.folder(settings).iterdir())) == 3


def test_a_past_meeting_has_its_page_its_minutes_and_is_found(
    cast: Cast, folder: Path, settings: Settings
) -> None:
    run(folder, settings, TABLE, "--publish")
    first = cast.read(lambda db: db.scalars(select(Meeting).where(Meeting.title == "Meeting")).one().id)
    page = cast.anyone.get(f"/meetings/{first}")
    assert (page.status_code, "Adjourned" in page.text, "Adjourned at" in page.text) == (200, True, False)
    pages = (
        f"/clerk/meetings/{first}",
        f"/clerk/meetings/{first}/minutes",
        f"/clerk/meetings/{first}/recordings",
    )
    assert [cast.clerk.get(url).status_code for url in (*pages, "/clerk")] == [200] * 4
    assert [
        cast.anyone.get(url).status_code for url in ("/", "/meetings", "/meetings.ics", "/meetings.atom")
    ] == [200] * 4
    index = Index(settings.index)
    make.wait_for(lambda: first in index.cursors(), 10)
    assert make.wait_for(lambda: "<mark>evening</mark>" in cast.anyone.get("/search?q=evening").text, 10)
