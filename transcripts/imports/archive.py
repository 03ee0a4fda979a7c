"""Old recordings become an archive: each checked before anything is written, then taken in one by one."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.db import Database, new_id
from engage.language import N_, translate
from engage.record import SYSTEM
from engage.settings import Settings
from meetings.actions import create_body, record_past_meeting
from meetings.models import Body, Meeting
from transcripts import actions
from transcripts.actions import Stored
from transcripts.audio import Media, NotAudio, probe
from transcripts.imports.actions import import_transcript
from transcripts.imports.reading import read_transcript
from transcripts.imports.spoken import LARGEST, NotATranscript, Transcript, expect_fit
from transcripts.imports.table import Fault, Row
from transcripts.models import Recording
from transcripts.rules import file_of
from transcripts.uploads import BLOCK, Incoming, tidy_name

Beside = tuple[Transcript, str]
"""What stands in the transcript file beside a recording, and the file's SHA-256."""
Tell = Callable[[int], None]
"""Is given bytes that were read since the last time."""


@dataclass(frozen=True)
class Wanted:
    """A row whose files are what they should be."""

    row: Row
    size: int
    media: Media
    lines: int
    """Of its transcript; 0 when it has none."""


@dataclass(frozen=True)
class Wishes:
    """What the command was asked for."""

    is_published: bool
    has_names_first: bool


@dataclass
class Sum:
    """What was done."""

    meetings: int = 0
    recordings: int = 0
    size: int = 0
    imported: int = 0
    here: int = 0


def check_bodies(db: Session, rows: Collection[Row]) -> Iterator[Fault]:
    names = set(db.scalars(select(Body.name)))
    for row in rows:
        if row.body not in names:
            yield Fault(row.line, f"There is no body named {row.body}. With --new-bodies it is made.")


def check_files(row: Row, wishes: Wishes) -> Wanted | Fault:
    """Opens the recording, and reads the transcript to its end."""
    try:
        size, media = row.path.stat().st_size, probe(row.path)
        if row.transcript is None:
            return Wanted(row, size, media, 0)
        read, _ = read_beside(row.transcript, wishes)
        expect_fit(read, media.duration_ms)
        return Wanted(row, size, media, len(read.lines))
    except NotATranscript as reason:
        return Fault(row.line, f"{row.transcript and row.transcript.name}: {reason}")
    except NotAudio as reason:
        return Fault(row.line, f"{row.path.name}: {reason}")
    except OSError as error:
        return Fault(row.line, f"{error.filename or row.path}: {error.strerror}.")


def read_beside(path: Path, wishes: Wishes) -> Beside:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    return read_transcript(data, has_names_first=wishes.has_names_first), hashlib.sha256(data).hexdigest()


def take_in(db: Database, settings: Settings, wanted: Wanted, wishes: Wishes, done: Sum, tell: Tell) -> None:
    """One recording, in one transaction with its meeting; nothing when it is here already.

    Raises OSError, NotATranscript, or uploads.NotTaken when the disk has no room.
    """
    row = wanted.row
    if is_here(db, wanted, tell):
        done.here += 1
        return
    beside = read_beside(row.transcript, wishes) if row.transcript else None
    file = Incoming(file_of(settings, new_id()))
    is_failed = False
    try:
        copy(row.path, file, tell)
        file.complete()
        is_new = db.write_now(lambda session: keep(session, wanted, wishes, file, beside))
    except Exception:  # not when it is interrupted: then the row may be there already
        is_failed = True
        raise
    finally:
        file.close(is_failed=is_failed)
    done.meetings += is_new
    done.recordings += 1
    done.size += wanted.size
    done.imported += beside is not None


def is_here(db: Database, wanted: Wanted, tell: Tell) -> bool:
    """Reads the file only where one of its size is there."""
    if not db.read_now(lambda session: has_size(session, wanted.row, wanted.size)):
        return False
    sha256 = sha256_of(wanted.row.path, tell)
    if db.read_now(lambda session: has_file(session, wanted.row, sha256)):
        return True
    tell(-wanted.size)
    return False


def copy(path: Path, file: Incoming, tell: Tell) -> None:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            file.write(block)
            tell(len(block))


def sha256_of(path: Path, tell: Tell) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
            tell(len(block))
    return digest.hexdigest()


def recordings_then(db: Session, row: Row) -> list[Recording]:
    """Those of this body's meetings that began at this time."""
    found = select(Recording).join(Meeting, Meeting.id == Recording.meeting_id)
    held = found.join(Body, Body.id == Meeting.body_id).where(
        Body.name == row.body, Meeting.starts_at == row.starts_at
    )
    return list(db.scalars(held))


def has_size(db: Session, row: Row, size: int) -> bool:
    return any(each.size == size for each in recordings_then(db, row))


def has_file(db: Session, row: Row, sha256: str) -> bool:
    return any(each.sha256 == sha256 for each in recordings_then(db, row))


def meeting_of(db: Session, row: Row) -> tuple[Meeting, bool]:
    """That of this body at this time (with this title, if the row has one), and whether it is new."""
    body = db.scalar(select(Body).where(Body.name == row.body)) or create_body(db, row.body, by=SYSTEM)
    held = select(Meeting).where(Meeting.body_id == body.id, Meeting.starts_at == row.starts_at)
    held = held.where(Meeting.title == row.title) if row.title else held
    if there := db.scalar(held.order_by(Meeting.id)):
        return there, False
    title = row.title or translate(row.language, N_("Meeting"))
    return record_past_meeting(
        db, body, by=SYSTEM, title=title, starts_at=row.starts_at, zone=row.zone, language=row.language
    ), True


def keep(db: Session, wanted: Wanted, wishes: Wishes, file: Incoming, beside: Beside | None) -> bool:
    """Whether its meeting was new, too."""
    row, media = wanted.row, wanted.media
    meeting, is_new = meeting_of(db, row)
    stored = Stored(
        file.path.name, tidy_name(row.path.name), file.size, file.sha256, media.kind, media.duration_ms,
        media.has_picture,
    )  # fmt: skip
    recording = actions.keep_recording(db, meeting, stored, by=SYSTEM, publishes_itself=wishes.is_published)
    if beside is None:
        actions.queue_transcription(db, recording, language=row.language, by=SYSTEM)
    else:
        read, sha256 = beside
        import_transcript(db, recording, read, sha256=sha256, language=row.language, by=SYSTEM)
    file.keep()
    return is_new
