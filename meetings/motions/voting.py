"""The vote on a motion: by roll call or unanimous consent, put right, and what follows from it."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.members import queries as member_queries
from meetings.members.models import Member
from meetings.members.queries import Attendee
from meetings.members.rules import has_quorum
from meetings.models import AgendaItem, Meeting
from meetings.motions import queries
from meetings.motions.actions import MOVED_ON, expect_in_order, expect_live, note, resume, set_aside
from meetings.motions.models import (
    AMENDMENT,
    BY_CONSENT,
    BY_ROLL,
    CARRIED,
    CONSENT,
    FAILED,
    MOVED,
    SECONDED,
    TABLED,
    VOTES,
    VOTING,
    MemberVote,
    Motion,
    Vote,
)
from meetings.motions.rules import (
    SETS_ASIDE,
    Counts,
    count,
    expected_vote,
    is_carried,
    may_vote_so,
    needs_quorum,
)


def record_vote(
    db: Session, meeting: Meeting, motion: Motion, votes: Mapping[str, str], *, by: str, seen: str = ""
) -> Vote:
    """How each voting member voted, by their ids. On a motion that was voted on already it is a correction.

    `seen` is the id of the vote that the clerk saw as the last one, empty for none. Refused when there is a
    later one, without a quorum, and when somebody votes who is not here.
    """
    before = queries.votes_on(db, motion)
    expect_live(meeting, motion, *((CARRIED, FAILED) if before else (VOTING,)))
    if seen != (before[-1].id if before else ""):
        raise Refused(MOVED_ON)
    if not before:
        expect_in_order(db, motion)
    return _record(db, meeting, motion, votes, BY_ROLL, by=by)


def record_consent(db: Session, meeting: Meeting, motion: Motion, *, by: str) -> Vote:
    """Nobody objects: carried, with the ayes of all who are here. Needs no second and no opened vote."""
    expect_live(meeting, motion, MOVED, SECONDED, VOTING)
    expect_in_order(db, motion)
    votes = {member.id: vote for member, vote in expected_votes(db, motion)}
    return _record(db, meeting, motion, votes, BY_CONSENT, by=by)


def expected_votes(db: Session, motion: Motion) -> list[tuple[Member, str]]:
    """What the vote's form shows at first: the last recorded vote, else ayes of all who are here."""
    before = queries.votes_on(db, motion)
    known = {own.member_id: own.vote for own in before[-1].members} if before else {}
    recused = member_queries.recused_on(db, motion.meeting_id, motion.item_id)
    voters = member_queries.attendance(db, motion.meeting_id).voters
    return [
        (
            each.member,
            known.get(each.member.id)
            or expected_vote(is_here=each.is_here, is_recused=each.member.id in recused),
        )
        for each in voters
    ]


def _record(
    db: Session, meeting: Meeting, motion: Motion, votes: Mapping[str, str], method: str, *, by: str
) -> Vote:
    now = member_queries.attendance(db, meeting.id)
    before = queries.votes_on(db, motion)
    _expect_votes(db, motion, now.voters, votes, before)
    counts = count(votes.values(), now.seats)
    if needs_quorum(motion.kind) and not has_quorum(counts.here, now.quorum):
        raise Refused(
            N_("There is no quorum: %(here)s here, %(quorum)s needed. Only adjournment can be voted on."),
            here=counts.here,
            quorum=now.quorum,
        )
    carried = is_carried(motion.threshold, counts)
    if method == BY_CONSENT and not carried:
        raise Refused(N_("Too few are here for this majority. Take the vote."))
    vote = Vote(
        id=new_id(), motion_id=motion.id, number=len(before) + 1, method=method, seats=counts.seats,
        is_carried=carried, at=clock.now(),
    )  # fmt: skip
    vote.members = [
        MemberVote(member_id=each.member.id, place=place, vote=votes[each.member.id])
        for place, each in enumerate(now.voters, 1)
    ]
    db.add(vote)
    _note_vote(db, motion, vote, votes, counts, by=by)
    _settle(db, meeting, motion, vote, before[-1] if before else None, by=by)
    return vote


def _expect_votes(
    db: Session, motion: Motion, voters: list[Attendee], votes: Mapping[str, str], before: list[Vote]
) -> None:
    """Every voting member once; ayes, nays and abstentions only of those who are, or were then, here."""
    if votes.keys() != {each.member.id for each in voters} or not set(votes.values()) <= VOTES.keys():
        raise Refused(
            N_("The members have changed meanwhile. Nothing was changed; here is how it stands now.")
        )
    recused = member_queries.recused_on(db, motion.meeting_id, motion.item_id)
    then = member_queries.attendance(db, motion.meeting_id, before[0].at) if before else None
    for each in voters:
        was_here = then.of(each.member.id) if then else None
        is_here = each.is_here or bool(was_here and was_here.is_here)
        if not may_vote_so(votes[each.member.id], is_here=is_here, is_recused=each.member.id in recused):
            raise Refused(
                N_("%(member)s is not here or has stepped aside on this item: change that first."),
                member=each.member.name,
            )


def _note_vote(
    db: Session, motion: Motion, vote: Vote, votes: Mapping[str, str], counts: Counts, *, by: str
) -> None:
    covered = []
    if motion.kind == CONSENT:
        covered = [each.id for each in _covered(db, motion)]
    note(
        db, motion, "vote.recorded" if vote.number == 1 else "vote.corrected", by=by, vote=vote.id,
        number=vote.number, method=vote.method, threshold=motion.threshold, votes=dict(votes),
        carried=vote.is_carried, covered=covered, **vars(counts),
    )  # fmt: skip


def _covered(db: Session, motion: Motion) -> list[AgendaItem]:
    for calendar in queries.consent_calendars(db, motion.meeting_id):
        if calendar.item.id == motion.item_id:
            return calendar.together
    return []


def _settle(
    db: Session, meeting: Meeting, motion: Motion, vote: Vote, before: Vote | None, *, by: str
) -> None:
    """The motion's new state, and what it does to the motion that it is about."""
    motion.state = CARRIED if vote.is_carried else FAILED
    motion.decided_at = vote.at if before is None else motion.decided_at
    has_flipped = before is not None and before.is_carried != vote.is_carried
    if motion.about_id is None or (before is not None and not has_flipped):
        return
    about = db.get_one(Motion, motion.about_id)
    if has_flipped and about.state in (CARRIED, FAILED):
        raise Refused(N_("The motion that this one is about was decided meanwhile: this result has to stay."))
    if motion.kind in SETS_ASIDE:
        if vote.is_carried and about.is_pending:
            set_aside(db, about, by=by, through=motion)
        elif about.state == TABLED and has_flipped:
            resume(db, about, by=by, through=motion)
    elif motion.kind == AMENDMENT and not vote.is_carried and motion.outcome:
        motion.outcome = ""
        write_amended(db, about, by=by, through=motion)


def give_wording(db: Session, meeting: Meeting, amendment: Motion, words: str, *, by: str) -> None:
    """The words of the motion as an adopted amendment makes them; those as moved are kept beside them."""
    expect_live(meeting, amendment, CARRIED)
    about = db.get(Motion, amendment.about_id) if amendment.about_id else None
    if amendment.kind != AMENDMENT or about is None:
        raise Refused(MOVED_ON)
    expect_live(meeting, about, MOVED, SECONDED)
    amendment.outcome = words
    write_amended(db, about, by=by, through=amendment)


def write_amended(db: Session, motion: Motion, *, by: str, through: Motion) -> None:
    """The motion's words are those of its last adopted amendment, or its own when none is left."""
    adopted = [each for each in queries.motions(db, motion.meeting_id) if each.about_id == motion.id]
    words = [each.outcome for each in adopted if (each.kind, each.state) == (AMENDMENT, CARRIED)]
    motion.amended = next((each for each in reversed(words) if each), "")
    seal = record.sealed(motion.salt, motion.amended or motion.words)
    note(db, motion, "motion.amended", by=by, amendment=through.id, words=seal)
