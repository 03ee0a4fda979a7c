"""What is seen of attendance: by everyone on the meeting's page, and by the clerk at the console."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings.members import queries
from meetings.members.models import ATTENDANCE, IN_SHORT, PRESENT, REASONS, Member, Recusal
from meetings.members.queries import Attendance
from meetings.members.rules import may_take_attendance
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda, flat


def attendance(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Who is here and whether they are enough; once the roll has been called."""
    found = queries.attendance(db, meeting_id)
    if found.called_at is None:
        return None
    meeting = db.get_one(Meeting, meeting_id)
    return {
        "meeting": meeting,
        "attendance": found,
        "states": ATTENDANCE,
        "reasons": REASONS,
        "aside": aside(db, meeting),
    }


def aside(db: Session, meeting: Meeting) -> list[tuple[Member, AgendaItem, Recusal]]:
    """Who has stepped aside, on which item, in the order in which it was said."""
    found = queries.recusals(db, meeting.id)
    if not found:
        return []
    items = {item.id: item for item in flat(agenda(db, meeting.id))}
    members = {each.member.id: each.member for each in queries.attendance(db, meeting.id).attendees}
    return [(members[each.member_id], items[each.item_id], each) for each in found]


@dataclass(frozen=True)
class AttendanceOnConsole:
    """`rows` are the attendees with the state that their radios show."""

    attendance: Attendance
    rows: list[tuple[queries.Attendee, str]]
    aside: list[tuple[Member, AgendaItem, Recusal]]
    item: AgendaItem | None
    may_take: bool
    states: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def is_lost(self) -> bool:
        """The roll was called, and too few are here."""
        return self.attendance.called_at is not None and not self.attendance.has_quorum


def on_console(db: Session, meeting: Meeting) -> dict[str, Any]:
    found = queries.attendance(db, meeting.id)
    value = AttendanceOnConsole(
        found,
        [(each, each.state or PRESENT) for each in found.attendees],
        aside(db, meeting),
        db.get(AgendaItem, meeting.item_id) if meeting.item_id else None,
        may_take_attendance(meeting.state),
        IN_SHORT,
        REASONS,
    )
    return {"attendance": value}


panels = [Panel("attendance", "meetings/members/_panel.html", attendance)]

touches = {
    kind: ("attendance",)
    for kind in (
        *("attendance.taken", "attendance.changed", "member.recused", "member.returned"),
        *("meeting.opened", "meeting.recessed", "meeting.reconvened", "meeting.adjourned"),
    )
}
