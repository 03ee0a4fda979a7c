"""The vote: recorded, by unanimous consent, put right; and what follows from it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from engage.record import Entry
from meetings import actions as meeting_actions
from meetings.members import attending
from meetings.members.models import Member
from meetings.models import AgendaItem, Meeting
from meetings.motions import actions, queries, voting
from meetings.motions.rules import Counts, follows
from meetings.motions.wording import outcome
from tests import make
from tests.make import SYSTEM


@pytest.fixture
def meeting(db: Session) -> Meeting:
    return make.meeting(db, make.body(db))


@pytest.fixture
def item(db: Session, meeting: Meeting) -> AgendaItem:
    return make.item(db, meeting)


@pytest.fixture
def council(db: Session, meeting: Meeting) -> list[Member]:
    made = make.council(db, meeting.body)
    make.roll(db, meeting, "present", "remote", "present", "present", "absent")
    return made


def entries(db: Session, meeting: Meeting, start: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(Entry).where(Entry.book == meeting.id).order_by(Entry.seq)
    return [(entry.kind, entry.facts) for entry in db.scalars(wanted) if entry.kind.startswith(start)]


def test_a_vote_is_on_record_member_by_member(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    motion = make.motion(db, meeting, item)
    vote = make.vote(db, meeting, motion, "aye", "nay", "aye", "abstain")
    cast = ["aye", "nay", "aye", "abstain", "absent"]
    ((kind, facts),) = entries(db, meeting, "vote.r")
    assert (kind, facts) == (
        "vote.recorded",
        {
            "motion": motion.id, "item": item.id, "vote": vote.id, "number": 1, "method": "roll",
            "threshold": "cast", "votes": dict(zip([each.id for each in council], cast, strict=True)),
            "ayes": 2, "nays": 1, "abstentions": 1, "absent": 1, "recused": 0, "seats": 5,
            "carried": True, "covered": [],
        },
    )  # fmt: skip
    assert follows(facts)
    assert motion.state == "carried"
    (decision,) = queries.motions_of(db, meeting.id)
    assert decision.tally is not None
    assert decision.tally.rows == list(zip(council, cast, strict=True))
    assert decision.tally.counts == Counts(2, 1, 1, 1, 0, 5)
    assert outcome(decision).words("en") == "Carried, 2 to 1, abstaining: 1"


def test_a_tie_fails(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting)
    make.vote(db, meeting, motion, "aye", "nay", "nay", "aye")
    (decision,) = queries.motions_of(db, meeting.id)
    assert (motion.state, outcome(decision).words("en")) == ("failed", "Failed, 2 to 2")


def test_unanimous_consent_is_one_act(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting, state="moved")
    vote = voting.record_consent(db, meeting, motion, by=SYSTEM)
    assert [own.vote for own in vote.members] == ["aye", "aye", "aye", "aye", "absent"]
    ((_, facts),) = entries(db, meeting, "vote.r")
    assert (facts["method"], facts["ayes"], facts["carried"]) == ("consent", 4, True)
    (decision,) = queries.motions_of(db, meeting.id)
    assert outcome(decision).words("en") == "Carried by unanimous consent"
    with pytest.raises(Refused):
        voting.record_consent(db, meeting, motion, by=SYSTEM)


def test_consent_carries_only_what_enough_members_could_carry(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    make.roll(db, meeting, "present", "present", "present", "absent", "absent")
    motion = make.motion(db, meeting, threshold="two_thirds_full")
    with pytest.raises(Refused, match="Too few are here"):
        voting.record_consent(db, meeting, motion, by=SYSTEM)


def test_who_has_stepped_aside_has_no_vote_on_the_item(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    attending.recuse(db, meeting, item, council[1], "financial", by=SYSTEM)
    motion = make.motion(db, meeting, item)
    assert [vote for _, vote in voting.expected_votes(db, motion)] == [
        "aye", "recused", "aye", "aye", "absent",
    ]  # fmt: skip
    with pytest.raises(Refused, match="stepped aside"):
        make.vote(db, meeting, motion, "aye", "aye")
    make.vote(db, meeting, motion)
    assert motion.state == "carried"
    elsewhere = make.motion(db, meeting)
    make.vote(db, meeting, elsewhere, "aye", "aye")
    assert elsewhere.state == "carried"


def test_who_is_absent_has_no_vote(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting)
    with pytest.raises(Refused, match="not here"):
        make.vote(db, meeting, motion, "aye", "aye", "aye", "aye", "aye")
    attending.note_changes(db, meeting, {council[4].id: "remote"}, by=SYSTEM)
    make.vote(db, meeting, motion, "aye", "aye", "aye", "aye", "aye")
    assert motion.state == "carried"


def test_without_a_quorum_nothing_but_adjournment(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    motion = make.motion(db, meeting, item)
    with pytest.raises(Refused) as refusal:
        make.vote(db, meeting, motion, "aye", "aye", "absent", "absent")
    assert refusal.value.values == {"here": 2, "quorum": 3}
    adjourning = make.motion(db, meeting, item, kind="adjourn")
    make.vote(db, meeting, adjourning, "aye", "aye", "absent", "absent")
    assert (motion.state, adjourning.state, adjourning.item_id) == ("voting", "carried", None)


def test_every_voting_member_is_named_once_with_a_known_vote(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    motion = make.motion(db, meeting)
    ids = [each.id for each in council]
    good = dict(zip(ids, ("aye", "aye", "aye", "aye", "absent"), strict=True))
    for wrong in ({**good, "stranger": "aye"}, dict(list(good.items())[1:]), {**good, ids[0]: "perhaps"}):
        with pytest.raises(Refused, match="members have changed"):
            voting.record_vote(db, meeting, motion, wrong, by=SYSTEM)


def test_a_vote_that_is_not_open_is_not_taken(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting, state="seconded")
    with pytest.raises(Refused):
        make.vote(db, meeting, motion)


def test_a_correction_keeps_both_on_the_record(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting)
    first = make.vote(db, meeting, motion, "aye", "nay", "nay", "aye")
    decided = motion.decided_at
    second = make.vote(db, meeting, motion, "aye", "aye", "nay", "aye")
    assert [kind for kind, _ in entries(db, meeting, "vote.")] == [
        "vote.opened", "vote.recorded", "vote.corrected",
    ]  # fmt: skip
    assert all(follows(facts) for kind, facts in entries(db, meeting, "vote.") if kind != "vote.opened")
    (decision,) = queries.motions_of(db, meeting.id)
    assert [tally.vote for tally in decision.tallies] == [first, second]
    assert [tally.vote for tally in decision.corrected] == [first]
    assert (motion.state, motion.decided_at) == ("carried", decided)


def test_the_second_of_two_clerks_is_refused(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting)
    votes = {member.id: vote for member, vote in voting.expected_votes(db, motion)}
    voting.record_vote(db, meeting, motion, votes, by=SYSTEM)
    with pytest.raises(Refused, match="moved on"):
        voting.record_vote(db, meeting, motion, votes, by=SYSTEM)


def test_who_left_after_the_vote_can_still_be_put_right(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    motion = make.motion(db, meeting)
    make.vote(db, meeting, motion, "aye", "aye", "aye", "aye")
    attending.note_changes(db, meeting, {council[0].id: "absent"}, by=SYSTEM)
    make.vote(db, meeting, motion, "nay", "aye", "aye", "aye")
    assert queries.motions_of(db, meeting.id)[0].tally.rows[0] == (council[0], "nay")  # type: ignore[union-attr]


def test_nothing_is_put_right_after_adjournment(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting)
    make.vote(db, meeting, motion)
    meeting_actions.adjourn_meeting(db, meeting, by=SYSTEM)
    with pytest.raises(Refused):
        make.vote(db, meeting, motion, "nay")


def amended(db: Session, meeting: Meeting, item: AgendaItem) -> tuple[Any, Any]:
    """A main motion and its amendment, adopted."""
    main = make.motion(db, meeting, item, state="seconded", words="Close Elm Street.")
    amendment = make.motion(db, meeting, item, kind="amendment", words="Add: at night.")
    make.vote(db, meeting, amendment)
    return main, amendment


def test_an_adopted_amendment_changes_the_words_and_both_are_kept(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    main, amendment = amended(db, meeting, item)
    assert queries.unworded(db, main) == amendment
    with pytest.raises(Refused, match="words as amended"):
        actions.open_vote(db, meeting, main, by=SYSTEM)
    with pytest.raises(Refused, match="words as amended"):
        voting.record_consent(db, meeting, main, by=SYSTEM)
    voting.give_wording(db, meeting, amendment, "Close Elm Street at night.", by=SYSTEM)
    seal = record.sealed(main.salt, "Close Elm Street at night.")
    assert entries(db, meeting, "motion.amended") == [
        ("motion.amended", {"motion": main.id, "item": item.id, "amendment": amendment.id, "words": seal})
    ]
    assert (main.words, main.wording) == ("Close Elm Street.", "Close Elm Street at night.")
    with pytest.raises(Refused):
        actions.reword_motion(db, meeting, main, "Close it.", by=SYSTEM)
    actions.open_vote(db, meeting, main, by=SYSTEM)
    with pytest.raises(Refused):
        voting.give_wording(db, meeting, amendment, "Close it.", by=SYSTEM)


def test_a_lost_amendment_changes_nothing(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    main = make.motion(db, meeting, item, state="seconded")
    amendment = make.motion(db, meeting, item, kind="amendment")
    make.vote(db, meeting, amendment, "nay", "nay", "nay")
    with pytest.raises(Refused):
        voting.give_wording(db, meeting, amendment, "Other words.", by=SYSTEM)
    actions.open_vote(db, meeting, main, by=SYSTEM)
    assert main.wording == "Build it."


def test_an_amendment_that_was_lost_after_all_takes_its_words_back(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    main, amendment = amended(db, meeting, item)
    voting.give_wording(db, meeting, amendment, "Close Elm Street at night.", by=SYSTEM)
    make.vote(db, meeting, amendment, "nay", "nay", "nay")
    assert (amendment.state, main.wording) == ("failed", "Close Elm Street.")
    seals = [facts["words"] for _, facts in entries(db, meeting, "motion.amended")]
    assert seals[-1] == record.sealed(main.salt, "Close Elm Street.")


def test_a_result_stays_once_what_it_was_about_is_decided(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    main, amendment = amended(db, meeting, item)
    voting.give_wording(db, meeting, amendment, "Close Elm Street at night.", by=SYSTEM)
    actions.open_vote(db, meeting, main, by=SYSTEM)
    make.vote(db, meeting, main)
    make.vote(db, meeting, amendment, "nay")
    with pytest.raises(Refused, match="decided meanwhile"):
        make.vote(db, meeting, amendment, "nay", "nay", "nay")


@pytest.mark.parametrize("kind", ["table", "continue", "refer"])
def test_what_is_set_aside_waits_with_everything_about_it(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member], kind: str
) -> None:
    main = make.motion(db, meeting, item, state="seconded")
    amendment = make.motion(db, meeting, item, state="seconded", kind="amendment")
    tabling = make.motion(db, meeting, item, kind=kind)
    make.vote(db, meeting, tabling)
    assert [each.state for each in (main, amendment, tabling)] == ["tabled", "tabled", "carried"]
    make.vote(db, meeting, tabling, "nay", "nay", "nay")
    assert [each.state for each in (main, amendment, tabling)] == ["seconded", "seconded", "failed"]
    kinds = [kind for kind, _ in entries(db, meeting, "motion.")][-4:]
    assert kinds == ["motion.tabled", "motion.tabled", "motion.resumed", "motion.resumed"]
