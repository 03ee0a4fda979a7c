"""What is seen of motions and votes: by everyone on the meeting's page, and by the clerk at the console."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings.members.models import Member
from meetings.members.queries import attendance
from meetings.models import CONSENT as CONSENT_ITEM
from meetings.models import MAJORITIES, OPEN, AgendaItem, Meeting
from meetings.motions import queries
from meetings.motions.consent import ASKED
from meetings.motions.models import AMENDMENT, CONSENT, KINDS, MAIN, STATES, VOTES, VOTING, Motion
from meetings.motions.queries import ConsentCalendar, Decision
from meetings.motions.rules import ALONE
from meetings.motions.voting import expected_votes
from meetings.motions.wording import outcome, usual_words

LABELS = {"kinds": KINDS, "motion_states": STATES, "votes": VOTES, "majorities": MAJORITIES, "asked": ASKED}


def decisions(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Motions and votes, the latest first while the meeting runs; and what is off the consent calendar."""
    meeting = db.get_one(Meeting, meeting_id)
    found = queries.motions_of(db, meeting_id)
    calendars = [each for each in queries.consent_calendars(db, meeting_id) if each.pulled or found]
    if not meeting.is_public or not (found or calendars):
        return None
    return {
        "meeting": meeting,
        "decisions": found[::-1] if meeting.is_live else found,
        "calendars": {each.item.id: each for each in calendars},
        "outcome": outcome,
        **LABELS,
    }


@dataclass(frozen=True)
class MotionsOnConsole:
    """Everything of motions that the console shows. `ballots` are the rows of a vote's form by motion id."""

    decisions: list[Decision]
    now: Decision | None
    to_word: Motion | None
    ballots: dict[str, list[tuple[Member, str, str]]]
    members: list[Member]
    movers: list[Member]
    usual: dict[str, str]
    kind: str
    item: AgendaItem | None
    may_move: bool
    calendars: list[ConsentCalendar]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: LABELS)
    outcome: Any = staticmethod(outcome)

    @property
    def decided(self) -> list[Decision]:
        """Voted on, withdrawn or set aside; the latest first."""
        return [each for each in reversed(self.decisions) if not each.motion.is_pending]

    @property
    def waiting(self) -> list[Decision]:
        """Pending until what is decided now has been."""
        return [each for each in self.decisions if each.motion.is_pending and each is not self.now]


def on_console(db: Session, meeting: Meeting) -> dict[str, Any]:
    found = queries.motions_of(db, meeting.id)
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    here = attendance(db, meeting.id)
    motion = queries.immediately_pending(db, meeting)
    now = next((each for each in found if motion and each.motion.id == motion.id), None)
    shown = [each.motion for each in found if needs_ballot(each, meeting)]
    usual, kind = choices(db, meeting, item)
    value = MotionsOnConsole(
        decisions=found,
        now=now,
        to_word=queries.unworded(db, motion) if motion else None,
        ballots={each.id: ballot(db, each) for each in shown},
        members=[each.member for each in here.attendees],
        movers=[each.member for each in here.voters if each.is_here],
        usual=usual,
        kind=kind,
        item=item,
        may_move=meeting.state == OPEN and here.called_at is not None,
        calendars=queries.consent_calendars(db, meeting.id),
    )
    return {"motions": value}


def needs_ballot(decision: Decision, meeting: Meeting) -> bool:
    """Its vote is open, or can be put right here: that of the open item, or on none."""
    if meeting.state != OPEN:
        return False
    is_near = decision.motion.item_id in (meeting.item_id, None)
    return decision.motion.state == VOTING or (is_near and decision.tally is not None)


def ballot(db: Session, motion: Motion) -> list[tuple[Member, str, str]]:
    """The rows of the vote's form: member, what is marked, seat."""
    return [(member, vote, member.seat) for member, vote in expected_votes(db, motion)]


def choices(db: Session, meeting: Meeting, item: AgendaItem | None) -> tuple[dict[str, str], str]:
    """The kinds of motion that are in order now with their usual words, and which one is likeliest."""
    main = queries.pending_on(db, meeting.id, item.id if item else None)
    calendar = queries.calendar_of(db, item) if item and item.kind == CONSENT_ITEM else None
    is_consent = calendar is not None and bool(calendar.together) and not calendar.is_approved
    left_out = set(ALONE) if main else {AMENDMENT} | ({CONSENT} if not is_consent else set())
    usual = {kind: usual_words(kind, meeting, item) for kind in KINDS if kind not in left_out}
    return usual, AMENDMENT if main else CONSENT if is_consent else MAIN


panels = [Panel("decisions", "meetings/motions/_panel.html", decisions)]

MOTION = ("motion.moved", "motion.seconded", "motion.reworded", "motion.amended", "motion.withdrawn")
SETTLED = (
    "motion.dropped",
    "motion.tabled",
    "motion.resumed",
    "vote.opened",
    "vote.recorded",
    "vote.corrected",
)
touches = {
    **{kind: ("decisions",) for kind in (*MOTION, *SETTLED, "meeting.opened", "meeting.adjourned")},
    "item.pulled": ("decisions", "agenda"),
    "item.put_back": ("decisions", "agenda"),
}
