"""What every edit has in common: when it is refused, its row, and its entry in the record."""

from typing import Any

from sqlalchemy.orm import Session

from engage import clock, record
from engage.language import N_
from engage.people import Refused
from transcripts.actions import CERTIFIED
from transcripts.editing.models import Edit
from transcripts.models import Line, Recording

Kept = list[dict[str, Any]]


class Conflict(Exception):
    """The line has been changed since whoever edits it saw it."""


def check_open(recording: Recording) -> None:
    """Refused while the transcript stands, or is about to give way to another."""
    if recording.is_certified:
        raise Refused(CERTIFIED)
    if recording.is_being_written_down:
        raise Refused(N_("This recording is just being written down anew. Please wait for its end."))


def check_version(line: Line, version: int) -> None:
    """`version` is the one that the editor saw. Raises Conflict."""
    if version != line.version:
        raise Conflict


def note_edit(
    db: Session,
    recording: Recording,
    kind: str,
    line: Line,
    before: Kept,
    after: Kept,
    *,
    by: str,
    **facts: Any,
) -> Edit:
    """`line` is the (first) line as the edit has left it."""
    recording.edit_count += 1
    edit = Edit(
        recording_id=recording.id, n=recording.edit_count, kind=kind, line_id=line.id, by=by, at=clock.now(),
        before=before, after=after,
    )  # fmt: skip
    db.add(edit)
    db.flush()
    record.append(
        db, recording.meeting_id, "line.edited", by=by, recording=recording.id, line=line.id, n=edit.n,
        edit=kind, version=line.version, text=record.sealed(line.salt, line.text), **facts,
    )  # fmt: skip
    return edit
