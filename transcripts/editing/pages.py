"""What the clerk sees of a transcript at work: the editor, what has changed since, and the history."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads
from engage.forms import Form
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting
from transcripts import queries
from transcripts.drawing import looks
from transcripts.editing import queries as edits
from transcripts.editing.models import KINDS, Edit
from transcripts.editing.queries import Placed
from transcripts.editing.rules import LONGEST_LINE, standing
from transcripts.models import STANDINGS, Line, Recording
from transcripts.rules import is_doubtful

UNSURE, UNREVIEWED = "unsure", "unreviewed"
ON_A_PAGE = 100
"""Edits of the history."""


class Counts(NamedTuple):
    """Of all lines, of those with a doubtful word that nobody has looked at, of those nobody has read."""

    every: int
    unsure: int
    unreviewed: int


def is_unsure(line: Line) -> bool:
    return line.reviewed_at is None and is_doubtful(line.words)


def state_of(db: Session, recording: Recording) -> dict[str, Any]:
    """What _standing.html shows of a recording."""
    progress = edits.progress(db, recording.id)
    undo = edits.last_standing(db, recording.id)
    return {
        "recording": recording,
        "progress": progress,
        "standing": standing(progress.lines, progress.reviewed, is_certified=recording.is_certified),
        "standings": STANDINGS,
        "rate": edits.error_rate(db, recording.id),
        "undo": undo,
        "undo_at": edits.starts_of(db, [undo.line_id]).get(undo.line_id) if undo else None,
        "names": queries.names_of(db, [undo.by] if undo else []),
        "kinds": KINDS,
    }


def lines_view(db: Session, meeting: Meeting, recording: Recording) -> dict[str, Any]:
    """What _edit_line.html needs beside the line."""
    spoken = (recording.transcription and recording.transcription.language) or meeting.language
    gaps = queries.gaps(db, recording.id)
    return {
        "meeting": meeting,
        "spoken": spoken,
        "looks": looks,
        "is_withheld": lambda line: queries.is_withheld(line, gaps),
    }


@reads("clerk")
def editor(request: Request, db: Session) -> Response:
    """One recording's transcript at work. `?show=unsure` and `?show=unreviewed` leave out the other lines,
    `?q=` those that do not have these letters."""
    meeting = clerks(request, db)
    recordings = queries.recordings(db, meeting.id)
    wanted = request.query_params.get("recording")
    recording = next(
        (each for each in recordings if each.id == wanted), recordings[0] if recordings else None
    )
    if recording is None:
        return page(request, "transcripts/editor.html", meeting=meeting, recordings=[], recording=None)
    lines = queries.lines_of(db, recording.id)
    show, asked = request.query_params.get("show", ""), request.query_params.get("q", "").strip()
    return page(
        request, "transcripts/editor.html", recordings=recordings, show=show, asked=asked,
        lines=[Placed(line, "") for line in chosen(lines, show, asked)], counts=counts(lines),
        speakers=edits.speakers(db, meeting.id), most=LONGEST_LINE, form=new_form(request),
        **lines_view(db, meeting, recording), **state_of(db, recording),
    )  # fmt: skip


def counts(lines: Sequence[Line]) -> Counts:
    return Counts(len(lines), sum(map(is_unsure, lines)), sum(line.reviewed_at is None for line in lines))


def chosen(lines: Sequence[Line], show: str, asked: str) -> list[Line]:
    found = [line for line in lines if asked.casefold() in line.text.casefold()]
    if show == UNSURE:
        return [line for line in found if is_unsure(line)]
    return [line for line in found if line.reviewed_at is None] if show == UNREVIEWED else found


def recording_of(request: Request, db: Session) -> tuple[Meeting, Recording]:
    meeting = clerks(request, db)
    return meeting, queries.recording_of(db, meeting.id, request.path_params["recording_id"])


def to_transcript(form: Form, meeting: Meeting, recording: Recording, line_id: str = "") -> Response:
    """An open editor, which says `since` which edit it has everything, is given what has changed."""
    at = f"/clerk/meetings/{meeting.id}"
    if "since" in form.values:
        return back(f"{at}/recordings/{recording.id}/changes?since={form.value('since')[:9]}")
    anchor = f"#line-{line_id}" if line_id else ""
    return back(f"{at}/transcript?recording={recording.id}{anchor}")


@reads("clerk")
def changes(request: Request, db: Session) -> Response:
    """The lines that edits after number `?since=` have touched, as they stand now, for an open editor."""
    meeting, recording = recording_of(request, db)
    since = number(request.query_params.get("since", ""))
    touched = edits.edits_since(db, recording.id, since)
    lines = edits.placed(db, recording.id, touched)
    return page(
        request, "transcripts/_changes.html", lines=lines, form=new_form(request),
        gone=sorted(touched - {each.line.id for each in lines}),
        **lines_view(db, meeting, recording), **state_of(db, recording),
    )  # fmt: skip


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@reads("clerk")
def history(request: Request, db: Session) -> Response:
    """Every edit, the latest first; `?before=` is the number that the page before this one ended with."""
    meeting, recording = recording_of(request, db)
    before = number(request.query_params.get("before", "")) or None
    found = edits.history(db, recording.id, before=before, most=ON_A_PAGE)
    return page(
        request, "transcripts/history.html", meeting=meeting, recording=recording, edits=found, kinds=KINDS,
        names=queries.names_of(db, [edit.by for edit in found]), form=new_form(request),
        starts=edits.starts_of(db, [edit.line_id for edit in found]),
        speakers={each.id: each for each in edits.speakers(db, meeting.id)},
        spoken=(recording.transcription and recording.transcription.language) or meeting.language,
        older=found[-1].n if found and found[-1].n > 1 else None, texts=texts,
    )  # fmt: skip


def texts(edit: Edit) -> tuple[list[str], list[str]]:
    """What the lines said before and after it; twice nothing where no text was changed."""
    before, after = ([kept["text"] for kept in side if "text" in kept] for side in (edit.before, edit.after))
    return before, after


AT = "/clerk/meetings/{meeting_id}"
routes = [
    Route(f"{AT}/transcript", editor),
    Route(f"{AT}/recordings/{{recording_id}}/changes", changes),
    Route(f"{AT}/recordings/{{recording_id}}/edits", history),
]
