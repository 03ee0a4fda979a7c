"""The clerk in trouble: recess, closed session, disruption and its steps, the locked room.

`recess`, `close_session`, `reopen_session`, `declare` and `end` read the console's forms; their routes are
the console's, which also looks after the speaker's clock.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from meetings.actions import recess_meeting
from meetings.desk import clerks, console
from meetings.disruption import actions, queries, recesses
from meetings.disruption.models import ENDINGS, GROUNDS, REASONS, STEPS
from meetings.models import SECTION, AgendaItem, Meeting
from meetings.queries import agenda, flat

LONGEST_RECESS = 600
"""Minutes."""
LONGEST_NOTE = 500
LONGEST_REPORT = 4000


def recess(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
    """`minutes`: about how long, or empty."""
    minutes = form.number("minutes", least=1, most=LONGEST_RECESS)
    if form.is_wrong:
        raise Refused(N_("Please type the length as whole minutes from 1 to 600, or leave it empty."))
    recess_meeting(db, meeting, by=by, minutes=minutes)


def close_session(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
    """`ground` is one of GROUNDS, `items` are agenda numbers with commas between, or nothing."""
    ground = form.choice("ground", GROUNDS)
    if form.is_wrong:
        raise Refused(N_("Please choose the legal reason for the closed session."))
    items = numbered_items(db, meeting, form.value("items"))
    recesses.close_session(db, meeting, ground, by=by, items=items)


def declare(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
    """`reason` is one of REASONS."""
    reason = form.choice("reason", REASONS)
    if form.is_wrong:
        raise Refused(N_("Please choose what disrupts the meeting."))
    actions.declare_disruption(db, meeting, reason, by=by)


def end(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
    """`disruption` is the one that the clerk saw, `because` one of ENDINGS."""
    seen = queries.disruption_under_way(db, meeting.id)
    if seen is None or seen.id != form.value("disruption"):
        raise Refused(actions.OVER)
    because = form.choice("because", ENDINGS)
    if form.is_wrong:
        raise Refused(N_("Please choose why the meeting can go on."))
    actions.end_disruption(db, meeting, seen, because, by=by)


def numbered_items(db: Session, meeting: Meeting, typed: str) -> list[AgendaItem]:
    """The agenda's items with these numbers, in the agenda's order."""
    wanted = {number.strip().rstrip(".") for number in typed.replace(";", ",").split(",")} - {""}
    numbered = [item for item in flat(agenda(db, meeting.id)) if item.number and item.kind != SECTION]
    unknown = wanted - {item.number.rstrip(".") for item in numbered}
    if unknown:
        raise Refused(N_("There is no item %(number)s on the agenda."), number=min(unknown)[:20])
    return [item for item in numbered if item.number.rstrip(".") in wanted]


@writes("clerk")
def take_step(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    disruption = queries.disruption(db, meeting.id, request.path_params["disruption_id"])
    kind = form.choice("kind", STEPS)
    if form.is_wrong:
        raise Refused(N_("Please choose which step was taken."))
    note = form.text("note", most=LONGEST_NOTE)
    if form.is_wrong:
        raise Refused(N_("The note is too long: at most %(most)s characters fit."), most=LONGEST_NOTE)
    actions.take_step(db, meeting, disruption, kind, by=staff(request).actor, note=note)
    return console(meeting)


def reopen_session(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
    """`session` is the closed session that the clerk saw, `report` what is reported from it."""
    session = queries.recess_under_way(db, meeting.id)
    if session is None or session.id != form.value("session"):
        raise Refused(recesses.REOPENED)
    report = form.text("report", most=LONGEST_REPORT, lines=True)
    if form.is_wrong:
        raise Refused(N_("The report is too long: at most %(most)s characters fit."), most=LONGEST_REPORT)
    recesses.reopen_session(db, meeting, session, by=by, report=report)


def on_room(act: Callable[..., None]) -> Callable[[Request, Session, Form], Response]:
    def handler(request: Request, db: Session, form: Form) -> Response:
        meeting = clerks(request, db)
        act(db, meeting, by=staff(request).actor)
        return console(meeting)

    return handler


AT = "/clerk/meetings/{meeting_id}"
routes = [
    Route(f"{AT}/disruptions/{{disruption_id}}/steps", take_step, methods=["POST"]),
    Route(f"{AT}/room/locking", writes("clerk")(on_room(actions.lock_room)), methods=["POST"]),
    Route(f"{AT}/room/unlocking", writes("clerk")(on_room(actions.unlock_room)), methods=["POST"]),
]
