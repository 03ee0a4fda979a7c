"""Items are pulled from the consent calendar, to be discussed and decided by themselves."""

from sqlalchemy.orm import Session

from engage import clock, record
from engage.language import N_
from engage.people import Refused
from meetings.members.queries import attendance
from meetings.models import OPEN, PUBLISHED, RECESS, AgendaItem, Meeting
from meetings.motions import queries

PUBLIC, STAFF = "public", "staff"
ASKED = {PUBLIC: N_("A member of the public"), STAFF: N_("Staff")}
"""Who can ask for it besides a member of the body."""


def pull_item(db: Session, meeting: Meeting, item: AgendaItem, asked: str, *, by: str) -> None:
    """`asked` is a member's id, "public" or "staff". Possible until the calendar is approved."""
    calendar = queries.calendar_of(db, item)
    if meeting.state not in (PUBLISHED, OPEN, RECESS) or calendar is None or calendar.is_approved:
        raise Refused(N_("The consent calendar is already decided, or this item is not on it."))
    if item.id not in [each.id for each in calendar.together]:
        raise Refused(N_("This item is not on the consent calendar any more."))
    if asked not in ASKED and attendance(db, meeting.id).of(asked) is None:
        raise Refused(N_("Choose who asked for it."))
    item.pulled_at, item.pulled_for = clock.now(), asked
    record.append(
        db, meeting.id, "item.pulled", by=by, item=item.id, asked=asked, calendar=calendar.item.id
    )  # fmt: skip


def put_back(db: Session, meeting: Meeting, item: AgendaItem, *, by: str) -> None:
    """Pulled by mistake, or the question has been answered."""
    calendar = queries.calendar_of(db, item)
    if item.pulled_at is None or meeting.is_over or calendar is None or calendar.is_approved:
        raise Refused(N_("The consent calendar is already decided, or this item is not on it."))
    item.pulled_at = item.pulled_for = None
    record.append(db, meeting.id, "item.put_back", by=by, item=item.id, calendar=calendar.item.id)
