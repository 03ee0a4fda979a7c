"""What the minutes tell of a whole evening, as facts."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from comments.queue import floor
from comments.queue.actions import join_queue
from comments.queue.undo import kept, last_act, undo
from engage.db import Database
from engage.minutes.course import course_of
from engage.minutes.gathering import gather
from engage.people import Account
from meetings import actions
from meetings.members import attending
from meetings.minutes.actions import note_minutes
from meetings.minutes.document import Attendance, Minutes, Roll, Section
from meetings.minutes.doings import (
    Ballots,
    Called,
    ClosedSession,
    Comments,
    Consent,
    Decision,
    Disruption,
    Event,
    Line,
    Motion,
    Poll,
    Recess,
    Speaker,
    Speakers,
    Step,
    Summary,
    Words,
)
from meetings.models import AgendaItem, Meeting
from tests import make
from tests.engage.minutes.story import after, hold_meeting, poll, speak
from tests.make import EPOCH, MINUTE, SYSTEM


def told(db: Session, meeting_id: str, lang: str = "en") -> Minutes:
    return gather(db, db.get_one(Meeting, meeting_id), lang, city="Alder Bay")


def at(minutes: float) -> object:
    return EPOCH + minutes * MINUTE


def section(minutes: Minutes, anchor: str) -> Section:
    return next(each for each in minutes.sections if each.anchor == anchor)


def of_kind(section: Section, kind: type) -> list[object]:
    return [block for block in section.blocks if isinstance(block, kind)]


def test_items_stand_in_the_order_in_which_they_were_called(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    minutes = told(db, evening.meeting_id)
    titles = [each.title.text if each.title else None for each in minutes.sections]
    assert titles == ["Consent calendar", "Bike lane on Elm Street", None, "Fees for next year"]
    assert minutes.not_taken_up == (
        Line("1.1", Words("Street sweeping contract", "en")),
        Line("4", Words("Library hours", "en"), COMMENTED),
    )


def test_the_roll_and_who_came_later(db: Session) -> None:
    minutes = told(db, hold_meeting(db, make.body(db)).meeting_id)
    assert minutes.roll == Roll(at(3), present=4, seats=5, quorum=3)
    assert minutes.members == (
        Attendance("Ana Ruiz", "Mayor", True, "Present in the room"),
        Attendance("Sam Okafor", "", False, "Present remotely"),
        Attendance("Đặng Hương", "", False, "Present in the room"),
        Attendance("דוד", "", False, "Absent", ((at(20), "Present in the room"),)),
        Attendance("Joy Lee", "", False, "Present in the room"),
    )


def test_the_consent_calendar_with_what_was_pulled(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    blocks = section(told(db, evening.meeting_id), evening.consent_id).blocks
    pulled = Event(at(5), "pulled for a decision of its own at %(time)s, at the request of the public")
    assert blocks[:3] == (
        Called(at(5)),
        Consent(
            (
                Line("1.1", Words("Street sweeping contract", "en"), pulled),
                Line("1.2", Words("Minutes of 9 November", "en")),
            )
        ),
        Motion(
            number=1,
            kind="To approve the consent calendar",
            words=Words("To approve the consent calendar.", "en"),
            about=None,
            mover="Ana Ruiz",
            seconder="Sam Okafor",
        ),
    )


def test_what_the_public_said(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    minutes = told(db, evening.meeting_id)
    lane, general = section(minutes, evening.lane_id), section(minutes, "general")
    assert of_kind(lane, Comments) == [
        Comments((("Supports", 1), ("Opposes", 1), ("Neutral", 0), ("No position", 0)))
    ]
    jose = Speaker("José Núñez", "In the room", "In favor", "", 141)
    nobody = Speaker("", "By phone or video", "Against", "", 60)
    assert of_kind(lane, Speakers) == [Speakers(1, 1, (jose, nobody))]
    assert general.blocks == (Speakers(1, 0, (Speaker("Rosa Díaz", "In the room", "", "", 30),)),)


def test_the_poll_with_its_result(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    assert of_kind(section(told(db, evening.meeting_id), evening.lane_id), Poll) == [
        Poll(Words("Which evening suits you?", "en"), "Everyone", 3, (("Monday", 2), ("Friday", 1)), "People")
    ]


def test_each_vote_of_each_member(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    change, main = of_kind(section(told(db, evening.meeting_id), evening.lane_id), Decision)
    assert isinstance(change, Decision) and isinstance(main, Decision)
    assert (change.number, change.at, change.result, change.amended) == (3, at(22), "Carried", None)
    assert main == Decision(
        number=2,
        at=at(25),
        result="Carried",
        amended=Words("To build the lane from 3rd to 12th Street.", "en"),
        ballots=Ballots(
            method="by roll call",
            members=(
                ("Ana Ruiz", "Aye"),
                ("Sam Okafor", "Aye"),
                ("Đặng Hương", "Nay"),
                ("דוד", "Abstain"),
                ("Joy Lee", "Recused"),
            ),
            counts=(("Aye", 2), ("Nay", 1), ("Abstain", 1), ("Absent", 0), ("Recused", 1)),
            threshold="Majority of the votes cast",
        ),
    )


def test_a_motion_that_nobody_decided(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    (motion,) = of_kind(section(told(db, evening.meeting_id), evening.fees_id), Motion)
    (decision,) = of_kind(section(told(db, evening.meeting_id), evening.fees_id), Decision)
    assert isinstance(motion, Motion) and isinstance(decision, Decision)
    assert (motion.seconder, decision.at, decision.ballots) == ("", None, None)


def test_what_interrupted_the_meeting_stands_on_the_item_that_was_open(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    assert section(told(db, evening.meeting_id), evening.lane_id).blocks[-3:] == (
        Recess(at(35), at(45)),
        ClosedSession(
            since=at(46),
            until=at(60),
            ground="Litigation, pending or possible",
            law="54956.9",
            items=(),
            report=Words("No action was taken.", "en"),
        ),
        Disruption(
            since=at(70),
            until=at(91),
            reason="Noise that stops the meeting",
            steps=(Step(at(72), "Warned a person", Words("Twice.", "en")),),
            ending="Order is restored",
            finding="",
        ),
    )


def test_the_member_who_stepped_aside(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    assert of_kind(section(told(db, evening.meeting_id), evening.lane_id), Event) == [
        Event(
            at(10),
            "%(name)s stepped aside on this item at %(time)s. Reason: %(reason)s.",
            (("name", "Joy Lee"),),
            (("reason", "Property nearby"),),
        )
    ]


def test_summaries_come_after_the_call_and_the_remark_stands_alone(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    meeting = db.get_one(Meeting, evening.meeting_id)
    note_minutes(db, meeting, db.get_one(AgendaItem, evening.lane_id), "Staff showed plans.", by=SYSTEM)
    note_minutes(db, meeting, None, "A long evening.", by=SYSTEM)
    minutes = told(db, evening.meeting_id)
    assert section(minutes, evening.lane_id).blocks[:2] == (
        Called(at(10)),
        Summary(Words("Staff showed plans.", "en")),
    )
    assert minutes.remark == Words("A long evening.", "en")


def test_titles_are_in_the_readers_language_where_they_were_written_in_it(db: Session) -> None:
    evening = hold_meeting(db, make.body(db))
    minutes = told(db, evening.meeting_id, "es")
    assert [each.title for each in minutes.sections] == [
        Words("Consent calendar", "en"),
        Words("Carril bici", "es"),
        None,
        Words("Fees for next year", "en"),
    ]


def test_a_lost_quorum_is_noted_where_it_happened(db: Session) -> None:
    body = make.body(db)
    ana, sam, lin = make.council(db, body, "Ana", "Sam", "Lin")
    with after(0):
        meeting = make.meeting(db, body)
        make.roll(db, meeting)
    for minutes, member, state in ((5, sam, "absent"), (6, lin, "absent"), (9, lin, "remote")):
        with after(minutes):
            attending.note_changes(db, meeting, {member.id: state}, by=SYSTEM)
    assert told(db, meeting.id).opening == (
        Event(at(6), "From %(time)s there was no quorum."),
        Event(at(9), "From %(time)s there was a quorum again."),
    )


def test_an_item_called_by_mistake_and_taken_back_is_not_told(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    first, second = make.item(db, meeting), make.item(db, meeting, "Fees", place=2)
    clerk = Account(id="clerk", name="clerk", password="")
    actions.call_item(db, meeting, first, by=clerk.actor)
    with kept(db, meeting, by=clerk.actor):
        actions.call_item(db, meeting, second, by=clerk.actor)
    act = last_act(db, meeting.id, by=clerk.actor)
    assert act
    undo(db, meeting, act.seq, by=clerk.actor)
    assert [item for _, item in course_of(db, meeting.id).calls] == [first.id]


def test_an_item_taken_up_again_is_told_once_with_both_times(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    first, second = make.item(db, meeting), make.item(db, meeting, "Fees", place=2)
    for minutes, item in ((1, first), (2, second), (3, second), (4, first)):
        with after(minutes):
            actions.call_item(db, meeting, item, by=SYSTEM)
    found = {each.anchor: each.blocks for each in told(db, meeting.id).sections}
    assert found == {
        first.id: (Called(at(1)), Called(at(4), is_again=True)),
        second.id: (Called(at(2)),),
    }


def test_who_was_called_and_was_not_there_is_no_speaker(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    item, person = make.item(db, meeting), make.participant(db, meeting, "Ana")
    request = join_queue(db, meeting, item, person, by=person.actor, mode="remote")
    floor.call_next(db, meeting, request, by=SYSTEM)
    floor.end_turn(db, meeting, request, by=SYSTEM)
    speak(db, meeting, item, "Ben", at=2, seconds=5)
    (block,) = of_kind(section(told(db, meeting.id), item.id), Speakers)
    assert block == Speakers(1, 0, (Speaker("Ben", "In the room", "", "", 5),))


def test_the_number_of_queries_does_not_grow_with_the_evening(store: Database) -> None:
    def evening(db: Session, name: str, more: int) -> str:
        meeting_id = hold_meeting(db, make.body(db, name), is_adjourned=False).meeting_id
        meeting = db.get_one(Meeting, meeting_id)
        for n in range(more):
            item = make.item(db, meeting, f"Item {n}", place=10 + n)
            with after(150 + 10 * n):
                actions.call_item(db, meeting, item, by=SYSTEM)
                make.vote(db, meeting, make.motion(db, meeting, item))
                poll(db, meeting, item)
            speak(db, meeting, item, f"Person {n}", at=152 + 10 * n, seconds=5)
        return meeting_id

    few = store.write_now(lambda db: evening(db, "One", 1))
    many = store.write_now(lambda db: evening(db, "Three", 3))
    assert (queries(store, few), queries(store, many)) == (28, 28)


def queries(store: Database, meeting_id: str) -> int:
    statements: list[str] = []

    def note(*happened: object) -> None:
        statements.append(str(happened[2]))

    event.listen(store.reader, "before_cursor_execute", note)
    store.read_now(lambda db: told(db, meeting_id))
    event.remove(store.reader, "before_cursor_execute", note)
    return len(statements)


COMMENTED = Event(EPOCH, "written comments received: %(count)s", (("count", "1"),))
