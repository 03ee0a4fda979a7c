"""`engage backup`, `engage restore`: the same heads, rows and files, or a plain sentence and nothing done."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import record
from engage.__main__ import main
from engage.app import create_app
from engage.backup.command import counted
from engage.backup.held import HOLDERS, Held
from engage.backup.make import alone, make_backup, snapshot_with_files
from engage.backup.manifest import backups, read_manifest
from engage.backup.shelf import Shelf
from engage.backup.snapshot import copy_database, heads, reading, reading_copy
from engage.db import Base, Database, new_id
from engage.settings import Settings
from engage.sqlite import connect
from engage.state import driver_of, state_digest
from meetings.agenda.attachments import Document, attach_document, path_of, remove_document
from meetings.models import AgendaItem, Attachment, Meeting
from tests import make
from tests.make import City
from transcripts.rules import file_of

ROOT = Path(__file__).parents[2]
WRONG = "it has not the SHA-256 of the manifest"
SOUND, PAPER = os.urandom(2_500_000), b"%PDF the bike lane"


def run(*words: Any) -> Result:
    return CliRunner().invoke(main, [str(each) for each in words])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep_recording(store: Database, settings: Settings, meeting: Meeting, content: bytes, **over: Any) -> str:
    recording_id = new_id()
    file_of(settings, recording_id).parent.mkdir(parents=True, exist_ok=True)
    file_of(settings, recording_id).write_bytes(content)
    facts: dict[str, Any] = {"id": recording_id, "size": len(content), "sha256": sha256(content)} | over
    store.write_now(lambda db: make.recording(db, db.get_one(Meeting, meeting.id), **facts))
    return recording_id


def keep_document(store: Database, settings: Settings, city: City, content: bytes) -> str:
    document = Document(new_id(), "plan.pdf", len(content), 1, sha256(content))
    path_of(settings, document.id).parent.mkdir(parents=True, exist_ok=True)
    path_of(settings, document.id).write_bytes(content)

    def attach(db: Session) -> None:
        meeting, item = db.get_one(Meeting, city.meeting.id), db.get_one(AgendaItem, city.item.id)
        attach_document(db, meeting, item, document, by=make.SYSTEM)

    store.write_now(attach)
    return document.id


@dataclass
class Kept:
    """A store with a recording and a document, and the folder of its backups."""

    settings: Settings
    store: Database
    city: City
    folder: Path
    sound: str
    paper: str

    def backup(self) -> Path:
        return make_backup(self.settings, self.folder).path

    def shelved(self) -> set[str]:
        return {path.name for path in (self.folder / "files").iterdir()}

    def state(self) -> str:
        return self.store.read_now(state_digest)

    def comment(self) -> None:
        self.store.write_now(lambda db: make.comment(db, db.get_one(Meeting, self.city.meeting.id)))


@pytest.fixture
def kept(settings: Settings, store: Database, city: City, tmp_path: Path) -> Kept:
    sound = keep_recording(store, settings, city.meeting, SOUND)
    paper = keep_document(store, settings, city, PAPER)
    return Kept(settings, store, city, tmp_path / "backups", sound, paper)


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """Where a backup is brought back to."""
    return Settings(data=tmp_path / "fresh")


def refusal(backup: Path, fresh: Settings) -> str:
    """Of a restore that leaves nothing behind."""
    done = run("restore", backup, "--data", fresh.data)
    assert (done.exit_code, fresh.data.exists()) == (1, False)
    return done.output.removeprefix("Error: ").strip()


def edit_manifest(backup: Path, **over: Any) -> None:
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | over))


def flip(path: Path, at: int = 5000) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1
    path.write_bytes(content)


def test_what_was_backed_up_comes_back(kept: Kept, fresh: Settings) -> None:
    done = run("backup", kept.folder, "--data", kept.settings.data)
    (path,) = backups(kept.folder)
    state, seqs = kept.state(), kept.store.read_now(record.heads)
    ends = {book: kept.store.read_now(partial(record.head, book=book)).hash8 for book in seqs}
    size = (path / "engage.sqlite").stat().st_size
    entries, made_at = f"{sum(seqs.values())} entries", read_manifest(path).made_at
    contents = f"{len(seqs)} books, {entries}, 2 files (2.5 MB)"
    assert done.exit_code == 0
    assert done.output.splitlines()[0].startswith(f"{path}: {contents} in ")
    assert done.output.splitlines()[1:] == [
        f"New in {kept.folder}: {(size + len(SOUND) + len(PAPER)) / 10**6:.1f} MB.",
        f"State {state}",
    ]

    done = run("restore", path, "--data", fresh.data)
    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert lines[: len(seqs)] == [
        f"{f'Meeting {book}' if book != 'city' else 'City'}: {counted(seq, 'entry')}, head {ends[book]}"
        for book, seq in sorted(seqs.items())
    ]
    assert lines[len(seqs)].startswith(f"{fresh.data}: {contents} in ")
    assert lines[len(seqs) + 1 :] == [
        f"State and files are those of the backup, made at {made_at}.",
        f"State {state}",
        "The search index is built again from the record when the server starts.",
    ]
    assert file_of(fresh, kept.sound).read_bytes() == SOUND
    assert path_of(fresh, kept.paper).read_bytes() == PAPER
    assert sorted(each.name for each in fresh.data.iterdir()) == ["engage.sqlite", "files"]

    done = run("verify", "--backup", path, "--data", fresh.data)
    assert (done.exit_code, done.output.splitlines()[2:]) == (
        0,
        [
            f"State {state} of {entries} in {len(seqs)} books.",
            "2 files have the SHA-256 of their rows.",
            f"The store has all {entries} of the backup of {made_at}, and has its state.",
        ],
    )


@pytest.mark.parametrize("pages", [-1, 16])
def test_a_copy_is_of_one_moment_and_the_writer_goes_on_meanwhile(
    kept: Kept, tmp_path: Path, pages: int
) -> None:
    ending = Event()

    def write() -> None:
        kept.comment()
        while not ending.is_set():
            kept.comment()

    with reading(kept.settings.database) as db, ThreadPoolExecutor(1) as other:
        before, state = heads(db), kept.state()
        writing = other.submit(write)
        copy_database(driver_of(db), tmp_path / "copy.sqlite", pages=pages)
        ending.set()
        writing.result()
    assert kept.state() != state
    with reading_copy(tmp_path / "copy.sqlite") as db:
        assert (heads(db), state_digest(db)) == (before, state)
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.sqlite"]


def test_a_file_is_copied_once_for_all_backups(kept: Kept, fresh: Settings) -> None:
    first = kept.backup()
    there = (kept.folder / "files" / sha256(SOUND)).stat()
    second_sound = keep_recording(kept.store, kept.settings, kept.city.meeting, b"the second evening")
    again = keep_recording(kept.store, kept.settings, kept.city.meeting, SOUND)
    made = make_backup(kept.settings, kept.folder)

    assert made.added == len(b"the second evening")
    assert kept.shelved() == {sha256(SOUND), sha256(PAPER), sha256(b"the second evening")}
    now = (kept.folder / "files" / sha256(SOUND)).stat()
    assert (now.st_ino, now.st_mtime_ns) == (there.st_ino, there.st_mtime_ns)
    assert run("restore", made.path, "--data", fresh.data).exit_code == 0
    assert {path.name for path in (fresh.files / "recordings").iterdir()} == {
        kept.sound, second_sound, again,
    }  # fmt: skip
    assert run("restore", first, "--data", fresh.data.with_name("older")).exit_code == 0


def test_only_the_newest_are_kept_and_no_file_that_none_of_them_names(kept: Kept, fresh: Settings) -> None:
    kept.backup()
    remove(kept)
    kept.backup()
    done = run("backup", kept.folder, "--keep", "2", "--data", kept.settings.data)
    assert done.output.splitlines()[2] == "Removed 1 older."
    assert len(backups(kept.folder)) == 2
    assert kept.shelved() == {sha256(SOUND)}
    assert run("restore", backups(kept.folder)[0], "--data", fresh.data).exit_code == 0


def remove(kept: Kept) -> None:
    """The clerk takes the document off the agenda."""

    def work(db: Session) -> None:
        row = db.get_one(Attachment, kept.paper)
        remove_document(db, db.get_one(Meeting, kept.city.meeting.id), row, by=make.SYSTEM)

    kept.store.write_now(work)
    path_of(kept.settings, kept.paper).unlink()


def test_no_file_goes_while_a_backup_cannot_say_which_are_its_own(kept: Kept) -> None:
    kept.backup()
    remove(kept)
    (kept.backup() / "manifest.json").write_text("{")
    run("backup", kept.folder, "--keep", "2", "--data", kept.settings.data)
    assert (len(backups(kept.folder)), kept.shelved()) == (2, {sha256(SOUND), sha256(PAPER)})


def test_a_backup_that_was_broken_off_is_none(kept: Kept, fresh: Settings) -> None:
    """As kill -9 leaves it: under a temporary name, with a part of a file on the shelf."""
    whole = kept.backup()
    shutil.copytree(whole, kept.folder / ".part")
    (kept.folder / ".part" / "manifest.json").unlink()
    (kept.folder / "files" / ".part").write_bytes(SOUND[:1000])
    assert backups(kept.folder) == [whole]
    assert refusal(kept.folder / ".part", fresh) == (
        f"{kept.folder / '.part'} is not a backup: it has no manifest.json."
    )
    later = kept.backup()
    assert sorted(path.name for path in kept.folder.iterdir()) == [".lock", whole.name, later.name, "files"]
    assert kept.shelved() == {sha256(SOUND), sha256(PAPER)}


def test_the_folder_of_the_backups_is_no_backup_but_names_the_newest(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    assert refusal(kept.folder, fresh) == (
        f"{kept.folder} is not a backup: it has no manifest.json. It holds backups; the newest is {path}."
    )


def test_two_backups_at_once_do_not_meet(kept: Kept) -> None:
    path = kept.backup()
    with alone(kept.folder):
        done = run("backup", kept.folder, "--data", kept.settings.data)
    assert (done.exit_code, done.output) == (1, f"Error: Another backup into {kept.folder} is under way.\n")
    assert backups(kept.folder) == [path]


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    done = run("backup", tmp_path / "backups", "--data", tmp_path / "nothing")
    assert (done.exit_code, done.output) == (1, f"Error: There is no store in {tmp_path / 'nothing'}.\n")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_restored_over_anything(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    fresh.data.mkdir()
    (fresh.data / "minutes.txt").write_text("of 1987")
    done = run("restore", path, "--data", fresh.data)
    assert (done.exit_code, done.output) == (
        1,
        f"Error: {fresh.data} is not empty: it holds minutes.txt. "
        "A backup is restored into an empty folder; nothing was changed.\n",
    )
    assert [each.name for each in fresh.data.iterdir()] == ["minutes.txt"]


def test_a_disk_of_its_own_and_a_restore_that_was_broken_off_count_as_empty(
    kept: Kept, fresh: Settings
) -> None:
    path = kept.backup()
    for name in ("lost+found", ".restoring/files"):
        (fresh.data / name).mkdir(parents=True)
    assert run("restore", path, "--data", fresh.data).exit_code == 0
    assert sorted(each.name for each in fresh.data.iterdir()) == ["engage.sqlite", "files", "lost+found"]


def test_a_flipped_byte_of_the_database_is_named(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    flip(path / "engage.sqlite", 90_001)
    sentence = f"{path / 'engage.sqlite'} is damaged: {WRONG}."
    assert refusal(path, fresh) == sentence
    done = run("verify", "--backup", path, "--data", kept.settings.data)
    assert (done.exit_code, done.output) == (1, f"{sentence}\n")


@pytest.mark.parametrize("what", ["flipped", "shorter", "gone"])
def test_a_file_of_the_backup_that_is_not_whole_is_named(kept: Kept, fresh: Settings, what: str) -> None:
    path, file = kept.backup(), kept.folder / "files" / sha256(SOUND)
    if what == "flipped":
        flip(file)
    elif what == "shorter":
        os.truncate(file, 1_048_576)
    else:
        file.unlink()
    damaged, lost = f"{file} is damaged: {WRONG}.", f"{file} is missing from the backup."
    sentence = lost if what == "gone" else damaged
    assert refusal(path, fresh) == sentence
    done = run("verify", "--backup", path, "--data", kept.settings.data)
    assert (done.exit_code, done.output) == (1, f"{sentence}\n")


def test_a_changed_row_is_named_when_the_file_s_own_hash_was_made_to_fit(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    copy = connect(path / "engage.sqlite")
    copy.execute("UPDATE meeting SET title = 'Another meeting'")
    copy.commit()
    copy.close()
    content = (path / "engage.sqlite").read_bytes()
    edit_manifest(path, database={"size": len(content), "sha256": sha256(content)})
    assert refusal(path, fresh) == "engage.sqlite: table meeting does not have the rows that it should."


def test_a_head_that_is_another_is_named(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    city = read_manifest(path).books | {"city": {"seq": 1, "hash": "0" * 64}}
    edit_manifest(path, books={book: dict(head) for book, head in city.items()})
    assert refusal(path, fresh) == "engage.sqlite: book city does not end as it should."


def test_a_file_that_the_manifest_leaves_out_is_named(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    files = {name: dict(file) for name, file in read_manifest(path).files.items()}
    del files[f"recordings/{kept.sound}"]
    edit_manifest(path, files=files)
    sentence = f"The manifest does not have file recordings/{kept.sound} as the database does."
    assert refusal(path, fresh) == sentence


@pytest.mark.parametrize(
    "over", [{"files": {"../x": {"size": 1, "sha256": "0" * 64}}}, {"format": 2}, {"state": "?"}]
)
def test_a_manifest_that_cannot_be_believed_is_refused(
    kept: Kept, fresh: Settings, over: dict[str, Any]
) -> None:
    path = kept.backup()
    edit_manifest(path, **over)
    assert refusal(path, fresh).startswith(
        f"{path / 'manifest.json'} is damaged, or of another version of Engage ({next(iter(over))}"
    )


def test_a_backup_of_a_newer_version_waits_for_that_version(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    edit_manifest(path, tables="9999", engage="12.0")
    assert refusal(path, fresh) == (
        "This backup was made by Engage 12.0, which is newer. Install that version first."
    )


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_a_file_that_the_store_has_lost_does_not_stop_the_backup_of_everything_else(
    kept: Kept, fresh: Settings, what: str
) -> None:
    file = file_of(kept.settings, kept.sound)
    file.unlink() if what == "missing" else flip(file)
    done = run("backup", kept.folder, "--data", kept.settings.data)
    sentence = f"Not in the backup: file recordings/{kept.sound} was {what} in the store."
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, sentence)
    (path,) = backups(kept.folder)
    done = run("restore", path, "--data", fresh.data)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, sentence)
    assert (path_of(fresh, kept.paper).read_bytes(), file_of(fresh, kept.sound).exists()) == (PAPER, False)


def test_what_an_earlier_backup_has_taken_whole_is_whole_in_every_later_one(
    kept: Kept, fresh: Settings
) -> None:
    kept.backup()
    flip(file_of(kept.settings, kept.sound))
    done = run("verify", "--files", "--data", kept.settings.data)
    assert (done.exit_code, done.output) == (1, f"File recordings/{kept.sound} is damaged.\n")
    assert run("restore", kept.backup(), "--data", fresh.data).exit_code == 0
    assert file_of(fresh, kept.sound).read_bytes() == SOUND


class Slow(Shelf):
    """A clerk is faster: the document is taken away before it is copied."""

    def take(self, held: dict[str, Held]) -> dict[str, str]:
        if any(path.startswith("agenda/") for path in held):
            self.clerk()
        return super().take(held)

    def clerk(self) -> None: ...


def test_a_document_that_is_taken_away_meanwhile_is_not_missed(kept: Kept) -> None:
    shelf = Slow(kept.folder, kept.settings.files)
    shelf.clerk = lambda: remove(kept)  # type: ignore[method-assign]  # a clerk at this moment
    kept.folder.mkdir()
    snapshot, absent = snapshot_with_files(kept.settings, shelf, kept.folder)
    assert (absent, list(snapshot.held)) == ({}, [f"recordings/{kept.sound}"])


def test_without_room_for_it_no_backup_is_begun(kept: Kept) -> None:
    path = kept.backup()
    keep_recording(kept.store, kept.settings, kept.city.meeting, b"long", size=5 * 10**15)
    done = run("backup", kept.folder, "--data", kept.settings.data)
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: Not enough space in {kept.folder}: 5000000.0 GB are needed, and ")
    assert done.output.endswith(" are free. Nothing was written.\n")
    assert (backups(kept.folder), kept.shelved()) == ([path], {sha256(SOUND), sha256(PAPER)})


def test_without_room_for_it_nothing_is_restored(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    edit_manifest(path, database={"size": 5 * 10**15, "sha256": "0" * 64})
    assert " are free. Nothing was written." in refusal(path, fresh)


def test_a_backup_is_for_its_owner_only(kept: Kept) -> None:
    path = kept.backup()
    assert [oct(each.stat().st_mode & 0o777) for each in (kept.folder, path, kept.folder / "files")] == [
        "0o700", "0o700", "0o700",
    ]  # fmt: skip


def test_every_table_whose_rows_have_a_file_is_known() -> None:
    create_app(Settings())  # knows every table
    with_files = {
        name for name, table in Base.metadata.tables.items() if {"size", "sha256"} <= {*table.c.keys()}
    }
    assert {model.__tablename__ for model, _ in HOLDERS} == with_files


def test_a_restored_city_opens_its_doors(kept: Kept, fresh: Settings) -> None:
    path = kept.backup()
    run("restore", path, "--data", fresh.data)
    with TestClient(create_app(fresh)) as client:
        assert client.get(f"/meetings/{kept.city.meeting.id}").status_code == 200


def proof(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.benchmarks.backups", "--database", "0", "--media", "5", *words]
    return subprocess.run(
        [*command, "--clients", "20", "--rate", "60"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.process
def test_under_load_every_backup_brings_back_the_state_of_its_moment() -> None:
    """In short; the whole proof is the command, with 20 backups."""
    done = proof("--backups", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "backups: 3\n" in done.stdout
    assert "\nfaults: 0\n" in done.stdout


@pytest.mark.process
def test_the_proof_notices_a_copy_of_the_database_alone() -> None:
    """The control: without what is in the log, acknowledged writes are missing."""
    done = proof("--backups", "1", "--control")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "backup 1: acknowledged before the backup, and not in it: entry " in done.stdout
