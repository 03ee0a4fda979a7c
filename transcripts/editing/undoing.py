"""An edit is taken back: its lines are again as they were before it, and that is an edit of its own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Refused
from transcripts.editing.cutting import make_room
from transcripts.editing.models import UNDO, Edit
from transcripts.editing.noting import check_open, note_edit
from transcripts.editing.queries import edit_of
from transcripts.editing.snapshots import put_back, snapshot, stands_as
from transcripts.models import Line, Recording

CHANGED_SINCE = N_("This was changed again since, so it was not undone. Undo the later change first.")


def undo_edit(db: Session, recording: Recording, n: int, *, by: str) -> Edit:
    """Whoever made it. Refused where its lines have been changed since, or it cannot be taken back."""
    check_open(recording)
    edit = edit_of(db, recording.id, n)
    if edit is None or edit.kind == UNDO or not edit.after:
        raise Refused(N_("There is nothing to undo."))
    if edit.undone_by is not None:
        raise Refused(N_("This has been undone already."))
    lines = _lines_as_left(db, edit)
    present = [snapshot(lines[kept["id"]], kept) for kept in edit.after]
    _put_back(db, recording.id, lines, edit)
    first = lines[edit.before[0]["id"]]
    restored = [snapshot(lines[kept["id"]], kept) for kept in edit.before]
    undo = note_edit(db, recording, UNDO, first, present, restored, by=by, undone=n)
    edit.undone_by = undo.n
    return undo


def _lines_as_left(db: Session, edit: Edit) -> dict[str, Line]:
    """The lines as the edit has left them, by id."""
    ids = [kept["id"] for kept in edit.after]
    found = {line.id: line for line in db.scalars(select(Line).where(Line.id.in_(ids)))}
    if not all(kept["id"] in found and stands_as(found[kept["id"]], kept) for kept in edit.after):
        raise Refused(CHANGED_SINCE)
    return found


def _put_back(db: Session, recording_id: str, lines: dict[str, Line], edit: Edit) -> None:
    """Only a split and a merge make lines or take them away, and neither the first one."""
    ids = [[kept["id"] for kept in side] for side in (edit.before, edit.after)]
    place = lines[ids[0][0]].place
    for gone in (lines.pop(each) for each in ids[1] if each not in ids[0]):
        db.delete(gone)
    if len(ids[0]) != len(ids[1]):
        make_room(db, recording_id, after=place + len(ids[1]) - 1, count=len(ids[0]) - len(ids[1]))
    for offset, kept in enumerate(edit.before):
        if kept["id"] not in lines:
            lines[kept["id"]] = Line(recording_id=recording_id, place=place + offset, id=kept["id"])
        put_back(lines[kept["id"]], kept)
    db.add_all(lines.values())
    db.flush()
    for line in lines.values():
        db.expire(line, ["speaker"])
