"""The clerk's page of a recording's clock: the moments that are known of it, and the record laid over it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_, hms
from engage.people import Refused
from engage.render import page
from meetings.models import Meeting
from transcripts.actions import time_recording
from transcripts.attribution import moments as known
from transcripts.attribution.actions import FILE, add_moment, take_back_moment
from transcripts.attribution.clocks import DRIFT, Knot, gap, knots_of
from transcripts.attribution.course import Course, laid_over
from transcripts.attribution.file_clock import readings
from transcripts.attribution.moments import Moment
from transcripts.clerk import meeting_and_recording
from transcripts.models import Recording
from transcripts.withholding.rules import parse_ms, written_ms


class Parting(NamedTuple):
    """By how much two clocks part between two known moments."""

    seconds: float
    """More than 0: the recording's is behind."""
    is_far: bool
    """More than clocks drift."""


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    start = recording.starts_at or meeting.opened_at or meeting.starts_at
    local = start.astimezone(ZoneInfo(meeting.zone)).replace(tzinfo=None)
    form = new_form(request, starts_at=local.isoformat(timespec="seconds"))
    return clock_page(request, db, meeting, recording, form)


def clock_page(
    request: Request, db: Session, meeting: Meeting, recording: Recording, form: Form, *, status: int = 200
) -> Response:
    course: Course = request.app.state.course_of(db, meeting.id)
    knots = knots_of(recording.anchors)
    return page(
        request, "transcripts/clock.html", status=status, meeting=meeting, recording=recording, form=form,
        moments=known.moments(course), names=known.names(db, course), words=known.WORDS, nobody=known.NOBODY,
        knots=knots, partings=partings(knots), proposals=proposals(meeting, recording),
        is_by_file=recording.clock_from == FILE, rows=known.rows(laid_over(course, recording)),
        length=recording.duration_ms, written=written_ms,
    )  # fmt: skip


def partings(knots: Sequence[Knot]) -> list[Parting]:
    """From each known moment to the next."""
    gaps = [gap(one, other) for one, other in pairwise(knots)]
    return [Parting(each.total_seconds(), abs(each) > DRIFT) for each in gaps]


def proposals(meeting: Meeting, recording: Recording) -> list[datetime]:
    """When it may have begun by what the file says, as long as nobody has said it."""
    if recording.anchors:
        return []
    end = meeting.adjourned_at or clock.now()
    return [
        each.starts_at for each in readings(recording.made_at, recording.duration_ms, meeting.opened_at, end)
    ]


@writes("clerk")
def add(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    course: Course = request.app.state.course_of(db, meeting.id)
    at = moment_of(form, known.moments(course), [*proposals(meeting, recording), recording.starts_at])
    ms = place_of(form, recording)
    if form.is_wrong or at is None:
        return clock_page(request, db, meeting, recording, form, status=422)
    try:
        add_moment(db, recording, ms, at, course=course, by=staff(request).actor)
    except Refused as refusal:
        form.say("", refusal.message, **refusal.values)
        return clock_page(request, db, meeting, recording, form, status=409)
    return to_clock(meeting, recording)


def moment_of(form: Form, moments: Sequence[Moment], others: Sequence[datetime | None]) -> datetime | None:
    """One of the record's, or of what the file says."""
    offered = {clock.text(at): at for at in [*(each.at for each in moments), *others] if at}
    return offered.get(form.choice("at", offered))


def place_of(form: Form, recording: Recording) -> int:
    """Milliseconds; 0 with a complaint for what is no place in this recording."""
    ms = parse_ms(form.value("place"))
    if ms is None:
        form.say("place", N_("Please give a time in the recording, such as 0:12:03."))
        return 0
    if recording.duration_ms is not None and ms > recording.duration_ms:
        form.say("place", N_("The recording ends at %(time)s."), time=hms(recording.duration_ms))
    return ms


@writes("clerk")
def begin(request: Request, db: Session, form: Form) -> Response:
    """The simple way: when it begins; without a time, nobody knows any more."""
    meeting, recording = meeting_and_recording(request, db)
    starts_at = form.moment("starts_at", meeting.zone, needed=False)
    if form.is_wrong:
        return clock_page(request, db, meeting, recording, form, status=422)
    course: Course = request.app.state.course_of(db, meeting.id)
    time_recording(db, recording, starts_at, by=staff(request).actor, course=course)
    return to_clock(meeting, recording)


@writes("clerk")
def take_back(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    course: Course = request.app.state.course_of(db, meeting.id)
    ms = form.number("ms", least=0, most=10**9)
    if ms is not None:
        take_back_moment(db, recording, ms, course=course, by=staff(request).actor)
    return to_clock(meeting, recording)


def to_clock(meeting: Meeting, recording: Recording) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/recordings/{recording.id}/clock")


AT = "/clerk/meetings/{meeting_id}/recordings/{recording_id}/clock"
routes = [
    Route(AT, show),
    Route(AT, add, methods=["POST"]),
    Route(f"{AT}/start", begin, methods=["POST"]),
    Route(f"{AT}/withdrawal", take_back, methods=["POST"]),
]
