"""Motions in words: what a usual motion says, and how a vote came out."""

from dataclasses import dataclass, field

from engage.language import N_, translate
from meetings.models import AgendaItem, Meeting
from meetings.motions.models import (
    ADJOURN,
    CARRIED,
    CLOSE_DEBATE,
    CONSENT,
    CONTINUE,
    FAILED,
    MAIN,
    REFER,
    STATES,
    TABLE,
)
from meetings.motions.queries import Decision

ON_ITEM = {
    MAIN: N_("Approve item %(number)s"),
    TABLE: N_("Lay item %(number)s on the table"),
    CONTINUE: N_("Continue item %(number)s to the next meeting"),
    REFER: N_("Refer item %(number)s to staff"),
}
ON_NONE = {
    CONSENT: N_("Approve the consent calendar"),
    CLOSE_DEBATE: N_("Close debate and vote"),
    ADJOURN: N_("Adjourn the meeting"),
}


def usual_words(kind: str, meeting: Meeting, item: AgendaItem | None) -> str:
    """What such a motion says when nobody says more, in the meeting's language; empty when unknown."""
    if kind in ON_ITEM and item and item.number:
        return translate(meeting.language, ON_ITEM[kind], number=item.number)
    return translate(meeting.language, ON_NONE[kind]) if kind in ON_NONE else ""


@dataclass(frozen=True)
class Said:
    """A msgid with its values."""

    message: str
    values: dict[str, object] = field(default_factory=dict)

    def words(self, lang: str) -> str:
        return translate(lang, self.message, **self.values)


COUNTED = {
    (True, False): N_("Carried, %(ayes)s to %(nays)s"),
    (True, True): N_("Carried, %(ayes)s to %(nays)s, abstaining: %(abstentions)s"),
    (False, False): N_("Failed, %(ayes)s to %(nays)s"),
    (False, True): N_("Failed, %(ayes)s to %(nays)s, abstaining: %(abstentions)s"),
}


def outcome(decision: Decision) -> Said:
    """How it came out: "Carried, 5 to 2"; or its state, when it was not voted on."""
    tally, motion = decision.tally, decision.motion
    if motion.state not in (CARRIED, FAILED):
        return Said(STATES[motion.state])
    if tally is None:
        return Said(N_("Failed for lack of a second"))
    if tally.is_by_consent:
        return Said(N_("Carried by unanimous consent"))
    counts = tally.counts
    values: dict[str, object] = {"ayes": counts.ayes, "nays": counts.nays}
    if counts.abstentions:
        values["abstentions"] = counts.abstentions
    return Said(COUNTED[tally.vote.is_carried, bool(counts.abstentions)], values)
