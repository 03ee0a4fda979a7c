"""The clerk puts a line right: its page, and every form on one line."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form, clean
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting
from transcripts import queries, rules
from transcripts.attribution.models import Speaker
from transcripts.editing import actions, cutting
from transcripts.editing import queries as edits
from transcripts.editing.actions import Keep
from transcripts.editing.models import KINDS
from transcripts.editing.noting import Conflict
from transcripts.editing.pages import to_transcript
from transcripts.editing.rules import LONGEST_LINE, word_places
from transcripts.models import Line, Recording

LONGEST_NAME = 120
Act = Callable[[Session, Recording, Line, Form, str], None]


def place(request: Request, db: Session) -> tuple[Meeting, Recording, Line]:
    meeting = clerks(request, db)
    line, recording = queries.line_of(db, meeting.id, request.path_params["line_id"])
    return meeting, recording, line


def view(db: Session, meeting: Meeting, recording: Recording, line: Line) -> dict[str, Any]:
    """What line.html shows beside the form."""
    history = queries.edits_of(db, line.id)
    before, after = queries.neighbours(db, line)
    return {
        "meeting": meeting,
        "recording": recording,
        "line": line,
        "before": before,
        "after": after,
        "edits": history,
        "kinds": KINDS,
        "names": queries.names_of(db, [edit.by for edit in history]),
        "speakers": edits.speakers(db, meeting.id),
        "spoken": line.language
        or (recording.transcription and recording.transcription.language)
        or meeting.language,
        "most": LONGEST_LINE,
        "words": word_places(line.text),
        "versions": None,
    }


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    meeting, recording, line = place(request, db)
    form = new_form(
        request, text=line.text, version=str(line.version), speaker=line.speaker_id or "", name=""
    )
    return page(request, "transcripts/line.html", form=form, **view(db, meeting, recording, line))


def on_line(act: Act) -> Callable[[Request, Session, Form], Response]:
    """A handler for one act on a line. The form carries the version that the clerk saw; if it is another by
    now, both texts are shown, and nothing that was typed is lost."""

    def handler(request: Request, db: Session, form: Form) -> Response:
        meeting, recording, line = place(request, db)
        following = queries.neighbours(db, line)[1]
        try:
            act(db, recording, line, form, staff(request).actor)
        except Conflict:
            db.rollback()
            return again(request, db, form, status=409, is_conflict=True)
        except Refused as refusal:
            form.say("", refusal.message, **refusal.values)
            db.rollback()
            return again(request, db, form, status=409)
        if form.is_wrong:
            db.rollback()
            return again(request, db, form, status=422)
        if form.value("next") and following:
            return back(f"/clerk/meetings/{meeting.id}/lines/{following.id}")
        return to_transcript(form, meeting, recording, line.id)

    return handler


def again(request: Request, db: Session, form: Form, *, status: int, is_conflict: bool = False) -> Response:
    """The form with everything typed, or for an open editor only what stands against it."""
    meeting, recording, line = place(request, db)
    shown = view(db, meeting, recording, line)
    if is_conflict:
        form.values["version"] = str(line.version)
        shown["versions"] = rules.differences(line.text, clean(form.values.get("text", line.text)))
    form.values = {"text": line.text, "speaker": line.speaker_id or "", "name": ""} | form.values
    name = "transcripts/_answer.html" if "since" in form.values else "transcripts/line.html"
    return page(request, name, status=status, form=form, **shown)


def save(db: Session, recording: Recording, line: Line, form: Form, by: str) -> None:
    """What is said and who says it; a field that was not sent stays."""
    text = form.text("text", most=LONGEST_LINE) if "text" in form.values else line.text
    version, who = version_of(form), speaker_of(db, recording, form)
    if not form.is_wrong:
        actions.correct_line(db, recording, line, text, version=version, by=by, speaker=who)


def version_of(form: Form) -> int:
    return form.number("version", least=0, most=10**9, default=0) or 0


def speaker_of(db: Session, recording: Recording, form: Form) -> Speaker | None | Keep:
    """A name that was typed goes before the choice."""
    name = form.text("name", most=LONGEST_NAME)
    if name and not form.is_wrong:
        return actions.speaker_named(db, recording.meeting_id, name)
    if "speaker" not in form.values:
        return Keep.SPEAKER
    known = {each.id: each for each in edits.speakers(db, recording.meeting_id)}
    return known.get(form.choice("speaker", known, needed=False))


def save_if_changed(db: Session, recording: Recording, line: Line, form: Form, by: str) -> int:
    """Before it is cut or joined, what was typed is saved; the version that it then has."""
    typed = form.text("text", most=LONGEST_LINE) if "text" in form.values else line.text
    who = speaker_of(db, recording, form)
    if not form.is_wrong and (typed != line.text or who not in (Keep.SPEAKER, line.speaker)):
        save(db, recording, line, form, by)
        return line.version
    return version_of(form)


def split(db: Session, recording: Recording, line: Line, form: Form, by: str) -> None:
    """`place` is in letters of the text that was sent, or else of the line's."""
    most = len(form.values.get("text", line.text))
    at = form.number("place", least=0, most=most, default=0) or 0
    at = len(clean(form.values.get("text", line.text)[:at]))
    version = save_if_changed(db, recording, line, form, by)
    if not form.is_wrong:
        cutting.split_line(db, recording, line, at, version=version, by=by)


def join(db: Session, recording: Recording, line: Line, form: Form, by: str) -> None:
    version = save_if_changed(db, recording, line, form, by)
    if not form.is_wrong:
        following = form.value("following")
        cutting.merge_line(db, recording, line, version=version, by=by, following=following)


def remove(db: Session, recording: Recording, line: Line, form: Form, by: str) -> None:
    actions.correct_line(db, recording, line, "", version=version_of(form), by=by)


def bring_back(db: Session, recording: Recording, line: Line, form: Form, by: str) -> None:
    actions.bring_back_line(db, recording, line, version=version_of(form), by=by)


LINE = "/clerk/meetings/{meeting_id}/lines/{line_id}"
ACTS = {"": save, "/split": split, "/joining": join, "/removal": remove, "/return": bring_back}
routes = [
    Route(LINE, show),
    *(Route(f"{LINE}{end}", writes("clerk")(on_line(act)), methods=["POST"]) for end, act in ACTS.items()),
]
