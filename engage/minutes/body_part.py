"""What the body decided, for the minutes: motions and votes, the consent calendar, who stepped aside."""

from sqlalchemy.orm import Session

from engage import clock
from engage.language import N_
from engage.minutes.course import Course, Done
from meetings.members.models import REASONS
from meetings.members.queries import all_members, recusals
from meetings.minutes.doings import Ballots, Consent, Decision, Event, Line, Motion, Words
from meetings.models import MAJORITIES, AgendaItem, Meeting
from meetings.motions import queries
from meetings.motions.models import KINDS, STATES, VOTES
from meetings.motions.queries import ConsentCalendar, consent_calendars, motions_of
from meetings.queries import agenda, flat

METHODS = {False: N_("by roll call"), True: N_("by unanimous consent")}
RESULTS = {True: N_("Carried"), False: N_("Failed")}
PULLED = {
    "public": N_("pulled for a decision of its own at %(time)s, at the request of the public"),
    "staff": N_("pulled for a decision of its own at %(time)s, at the request of staff"),
}
PULLED_FOR = N_("pulled for a decision of its own at %(time)s, at the request of %(name)s")


def motions(db: Session, meeting: Meeting, course: Course) -> list[Done]:
    """Each motion when it was moved, and each vote on it when it was taken.

    One that is on no item, such as to adjourn, stands on the item that was open.
    """
    found: list[Done] = []
    for each in motions_of(db, meeting.id):
        motion = each.motion
        item_id = motion.item_id or course.item_at(motion.moved_at)
        found.append(Done(motion.moved_at, item_id, _motion(each, meeting.language)))
        last = meeting.adjourned_at or clock.now()
        found += [Done(one.at or last, item_id, one) for one in _decisions(each, meeting.language)]
    return found


def _motion(decision: queries.Decision, lang: str) -> Motion:
    motion = decision.motion
    return Motion(
        number=motion.number,
        kind=KINDS[motion.kind],
        words=Words(motion.words, lang),
        about=decision.about.number if decision.about else None,
        mover=decision.mover.name,
        seconder=decision.seconder.name if decision.seconder else "",
    )


def _decisions(decision: queries.Decision, lang: str) -> list[Decision]:
    """One for each taking of the vote; else one that says what became of it."""
    motion = decision.motion
    amended = Words(motion.amended, lang) if motion.amended not in ("", motion.words) else None
    if not decision.tallies:
        return [Decision(motion.number, motion.decided_at, STATES[motion.state], amended)]
    return [
        Decision(
            motion.number,
            tally.vote.at,
            RESULTS[tally.vote.is_carried],
            amended if place == 0 else None,
            _ballots(tally, MAJORITIES[motion.threshold], is_corrected=place > 0),
        )
        for place, tally in enumerate(decision.tallies)
    ]


def _ballots(tally: queries.Tally, threshold: str, *, is_corrected: bool) -> Ballots:
    return Ballots(
        method=METHODS[tally.is_by_consent],
        members=tuple((member.name, VOTES[vote]) for member, vote in tally.rows),
        counts=tuple((VOTES[vote], len(members)) for vote, members in tally.groups),
        threshold=threshold,
        is_corrected=is_corrected,
    )


def stepped_aside(db: Session, meeting: Meeting) -> list[Done]:
    """Members who took no part in an item, and why."""
    found = recusals(db, meeting.id)
    names = {member.id: member.name for member in all_members(db, meeting.body_id)} if found else {}
    label = N_("%(name)s stepped aside on this item at %(time)s. Reason: %(reason)s.")
    return [
        Done(
            each.at,
            each.item_id,
            Event(each.at, label, (("name", names[each.member_id]),), (("reason", REASONS[each.reason]),)),
        )
        for each in found
    ]


def consent(db: Session, meeting_id: str, lang: str) -> dict[str, Consent]:
    """By the calendar's item: what stood on it in the agenda's order, and what was pulled and for whom."""
    places = {item.id: place for place, item in enumerate(flat(agenda(db, meeting_id)))}
    return {each.item.id: _consent(each, places, lang) for each in consent_calendars(db, meeting_id)}


def _consent(calendar: ConsentCalendar, places: dict[str, int], lang: str) -> Consent:
    who = {item.id: name for item, name in calendar.pulled}
    items = [*calendar.together, *(item for item, _ in calendar.pulled)]
    items.sort(key=lambda item: places[item.id])
    return Consent(tuple(line_of(item, lang, pulled(item, who.get(item.id, ""))) for item in items))


def pulled(item: AgendaItem, who: str) -> Event | None:
    if item.pulled_at is None:
        return None
    if who in PULLED:
        return Event(item.pulled_at, PULLED[who])
    return Event(item.pulled_at, PULLED_FOR, (("name", who),))


def line_of(item: AgendaItem, lang: str, note: Event | None = None) -> Line:
    words = item.text(lang)
    return Line(item.number, Words(words.title, words.lang), note)
