"""The clerk as proof-reader: the transcript line by line, its corrections, its certification."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting
from transcripts import actions, queries, rules
from transcripts.actions import Conflict
from transcripts.clerk import meeting_and_recording
from transcripts.models import Line, Recording

LONGEST_LINE = 2000


@reads("clerk")
def transcript(request: Request, db: Session) -> Response:
    """Every line of one recording; `?unsure=1`: those with a doubtful word that nobody has looked at."""
    meeting = clerks(request, db)
    recordings = queries.recordings(db, meeting.id)
    wanted = request.query_params.get("recording")
    recording = next(
        (each for each in recordings if each.id == wanted), recordings[0] if recordings else None
    )
    lines = queries.lines_of(db, recording.id) if recording else []
    unsure = [line for line in lines if rules.is_doubtful(line.words) and not line.is_corrected]
    only_unsure = "unsure" in request.query_params
    return page(
        request, "transcripts/transcript.html", meeting=meeting, recordings=recordings, recording=recording,
        lines=unsure if only_unsure else lines, only_unsure=only_unsure, unsure=len(unsure), every=len(lines),
        marked=rules.marked, form=new_form(request),
    )  # fmt: skip


def place(request: Request, db: Session) -> tuple[Meeting, Recording, Line]:
    meeting = clerks(request, db)
    line, recording = queries.line_of(db, meeting.id, request.path_params["line_id"])
    return meeting, recording, line


def view(db: Session, meeting: Meeting, recording: Recording, line: Line) -> dict[str, Any]:
    """What line.html shows beside the form."""
    edits = queries.edits_of(db, line.id)
    before, after = queries.neighbours(db, line)
    return {
        "meeting": meeting,
        "recording": recording,
        "line": line,
        "before": before,
        "after": after,
        "edits": edits,
        "names": queries.names_of(db, [edit.by for edit in edits]),
        "most": LONGEST_LINE,
        "versions": None,
    }


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    meeting, recording, line = place(request, db)
    form = new_form(request, text=line.text, version=str(line.version))
    return page(request, "transcripts/line.html", form=form, **view(db, meeting, recording, line))


@writes("clerk")
def correct(request: Request, db: Session, form: Form) -> Response:
    """The form carries the version that the clerk saw; if it is another by now, both texts are shown."""
    meeting, recording, line = place(request, db)
    text = form.text("text", most=LONGEST_LINE)
    version = form.number("version", least=0, most=10**9, default=0) or 0
    shown = view(db, meeting, recording, line)
    if form.is_wrong:
        return page(request, "transcripts/line.html", status=422, form=form, **shown)
    try:
        actions.correct_line(db, recording, line, text, version=version, by=staff(request).actor)
    except Conflict:
        form.values["version"] = str(line.version)
        shown["versions"] = rules.differences(line.text, text)
        return page(request, "transcripts/line.html", status=409, form=form, **shown)
    except Refused as refusal:
        return refuse(request, refusal, "transcripts/line.html", form, **shown)
    at = f"/clerk/meetings/{meeting.id}"
    following = shown["after"]
    if form.value("next") and following:
        return back(f"{at}/lines/{following.id}")
    return back(f"{at}/transcript?recording={recording.id}#line-{line.id}")


@writes("clerk")
def certify(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.certify_transcript(db, recording, by=staff(request).actor)
    return back(f"/clerk/meetings/{meeting.id}/transcript?recording={recording.id}")


@writes("clerk")
def withdraw(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.withdraw_certification(db, recording, by=staff(request).actor)
    return back(f"/clerk/meetings/{meeting.id}/transcript?recording={recording.id}")


AT = "/clerk/meetings/{meeting_id}"
CERTIFICATION = f"{AT}/recordings/{{recording_id}}/certification"
routes = [
    Route(f"{AT}/transcript", transcript),
    Route(f"{AT}/lines/{{line_id}}", show),
    Route(f"{AT}/lines/{{line_id}}", correct, methods=["POST"]),
    Route(CERTIFICATION, certify, methods=["POST"]),
    Route(f"{CERTIFICATION}/withdrawal", withdraw, methods=["POST"]),
]
