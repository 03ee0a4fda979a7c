"""The clerk's page of one recording's withheld spans: what is withheld, withholding more, giving it back."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_, hms
from engage.render import page
from meetings.models import Meeting
from transcripts.clerk import meeting_and_recording
from transcripts.models import Recording
from transcripts.queries import gaps, names_of
from transcripts.withholding import actions
from transcripts.withholding.models import REASONS
from transcripts.withholding.queries import lines_within, span_of, spans_of
from transcripts.withholding.rules import FAILED, PREPARING, parse_ms, public_media, written_ms

LONGEST_NOTE = 500
MOST_MS = 10**9


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """`?from=MS&to=MS` proposes a span: the editor's lines lead here with theirs."""
    meeting, recording = meeting_and_recording(request, db)
    asked = [request.query_params.get(name, "") for name in ("from", "to")]
    typed = [written_ms(int(ms)) if ms.isascii() and ms.isdigit() and len(ms) < 10 else "" for ms in asked]
    form = new_form(request, start=typed[0], end=typed[1])
    return spans_page(request, db, meeting, recording, form)


def spans_page(
    request: Request, db: Session, meeting: Meeting, recording: Recording, form: Form, *, status: int = 200
) -> Response:
    spans = spans_of(db, recording.id)
    start_ms, end_ms = parse_ms(form.value("start")), parse_ms(form.value("end"))
    is_span = start_ms is not None and end_ms is not None and start_ms < end_ms
    return page(
        request, "transcripts/withholding.html", status=status, meeting=meeting, recording=recording,
        form=form, spans=spans, reasons=REASONS, names=names_of(db, [each.by for each in spans]),
        most=LONGEST_NOTE, sound=public_media(recording, gaps(db, recording.id)),
        preparing=PREPARING, failed=FAILED,
        proposed=(start_ms, end_ms) if is_span else None, written=written_ms,
        lines=lines_within(db, recording.id, start_ms or 0, end_ms or 0) if is_span else [],
    )  # fmt: skip


@writes("clerk")
def withhold(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    start_ms, end_ms = span_time(form, "start", recording), span_time(form, "end", recording)
    if not form.is_wrong and start_ms >= end_ms:
        form.say("end", N_("The end must be later than the begin."))
    facts: dict[str, Any] = {
        "reason": form.choice("reason", REASONS),
        "note": form.text("note", most=LONGEST_NOTE, lines=True),
    }
    if form.is_wrong:
        return spans_page(request, db, meeting, recording, form, status=422)
    actions.withhold_span(db, recording, start_ms, end_ms, by=staff(request).actor, **facts)
    return list_of_spans(meeting, recording)


def span_time(form: Form, name: str, recording: Recording) -> int:
    """Milliseconds; 0 with a complaint for what is no time in this recording."""
    ms = parse_ms(form.value(name))
    if ms is None or ms > MOST_MS:
        form.say(name, N_("Please give a time in the recording, such as 0:12:03."))
        return 0
    if recording.duration_ms is not None and ms > recording.duration_ms + 1000:
        form.say(name, N_("The recording ends at %(time)s."), time=hms(recording.duration_ms))
    return ms


@writes("clerk")
def lift(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    span = span_of(db, recording.id, request.path_params["span_id"])
    actions.lift_span(db, recording, span, by=staff(request).actor)
    return list_of_spans(meeting, recording)


@writes("clerk")
def try_again(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.try_copy_again(db, recording, by=staff(request).actor)
    return list_of_spans(meeting, recording)


def list_of_spans(meeting: Meeting, recording: Recording) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/recordings/{recording.id}/withholding")


AT = "/clerk/meetings/{meeting_id}/recordings/{recording_id}/withholding"
routes = [
    Route(AT, show),
    Route(AT, withhold, methods=["POST"]),
    Route(f"{AT}/copy", try_again, methods=["POST"]),
    Route(f"{AT}/{{span_id}}/lifting", lift, methods=["POST"]),
]
