"""An evening with everything in it, for the tests of the minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from comments.queue import floor
from comments.queue.actions import join_queue
from comments.queue.models import Request
from comments.surveys.actions import close_survey
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft
from comments.surveys.models import SINGLE
from comments.surveys.voting import answer_survey
from engage import clock
from meetings import actions
from meetings.disruption import actions as disruption_actions
from meetings.disruption.recesses import close_session, reopen_session
from meetings.members import attending
from meetings.models import AgendaItem, AgendaText, Body, Meeting
from meetings.motions.consent import pull_item
from meetings.motions.voting import give_wording
from tests import make
from tests.make import EPOCH, MINUTE, SYSTEM


@contextmanager
def after(minutes: float) -> Iterator[None]:
    """So long after the meeting's announced time, 10:00 in Los Angeles."""
    with clock.set_to(EPOCH + minutes * MINUTE):
        yield


@dataclass
class Evening:
    """The ids of what the tests ask for."""

    meeting_id: str
    consent_id: str
    lane_id: str
    fees_id: str
    left_id: str


def hold_meeting(db: Session, body: Body, *, is_adjourned: bool = True) -> Evening:
    """A council of five: consent calendar, a bike lane with the public, votes, a poll, trouble, the end."""
    with after(-60):
        make.council(db, body, "Ana Ruiz", "Sam Okafor", "Đặng Hương", "דוד", "Joy Lee")
        meeting = make.meeting(
            db, body, state="published", starts_at=EPOCH, place="Council Chamber\n12 Main St"
        )
        meeting.conference_url = "https://video.example/council"
        consent = make.item(db, meeting, "Consent calendar", place=1, kind="consent")
        contract = make.item(db, meeting, "Street sweeping contract", place=1, parent_id=consent.id)
        contract.number = "1.1"
        sweep = make.item(db, meeting, "Minutes of 9 November", place=2, parent_id=consent.id)
        sweep.number = "1.2"
        lane = make.item(db, meeting, "Bike lane on Elm Street", place=2)
        lane.texts.append(AgendaText(lang="es", place=1, title="Carril bici", description="", salt="00"))
        fees = make.item(db, meeting, "Fees for next year", place=3)
        left = make.item(db, meeting, "Library hours", place=4)
        make.comment(db, meeting, lane, position="support")
        make.comment(db, meeting, lane, position="oppose")
        make.comment(db, meeting, left)
    with after(2):
        actions.open_meeting(db, meeting, by=SYSTEM)
    with after(3):
        make.roll(db, meeting, "present", "remote", "present", "absent", "present")
    approve_consent(db, meeting, consent, contract)
    discuss_lane(db, meeting, lane)
    trouble(db, meeting)
    with after(130):
        actions.call_item(db, meeting, fees, by=SYSTEM)
        make.motion(db, meeting, fees, state="moved", words="To keep the fees.")
    if is_adjourned:
        with after(140):
            actions.adjourn_meeting(db, meeting, by=SYSTEM)
    return Evening(meeting.id, consent.id, lane.id, fees.id, left.id)


def approve_consent(db: Session, meeting: Meeting, consent: AgendaItem, contract: AgendaItem) -> None:
    with after(5):
        actions.call_item(db, meeting, consent, by=SYSTEM)
        pull_item(db, meeting, contract, "public", by=SYSTEM)
    with after(6):
        motion = make.motion(db, meeting, consent, kind="consent", words="To approve the consent calendar.")
        make.vote(db, meeting, motion)


def discuss_lane(db: Session, meeting: Meeting, lane: AgendaItem) -> None:
    with after(10):
        actions.call_item(db, meeting, lane, by=SYSTEM)
        joy = make.attendance(db, meeting.id).attendees[4].member
        attending.recuse(db, meeting, lane, joy, "property", by=SYSTEM)
    speak(db, meeting, lane, "José Núñez", at=12, seconds=141, stance="support")
    speak(db, meeting, lane, "", at=15, seconds=60, stance="oppose", mode="remote")
    speak(db, meeting, None, "Rosa Díaz", at=17, seconds=30)
    with after(20):
        here = make.attendance(db, meeting.id)
        david = here.attendees[3].member
        attending.note_changes(db, meeting, {david.id: "present"}, by=SYSTEM)
    with after(22):
        main = make.motion(
            db, meeting, lane, state="seconded", words="To build the lane from 3rd to 14th Street."
        )
        change = make.motion(db, meeting, lane, kind="amendment", words="Strike 14th, insert 12th.")
        make.vote(db, meeting, change)
        give_wording(db, meeting, change, "To build the lane from 3rd to 12th Street.", by=SYSTEM)
    with after(25):
        make.motion_actions.open_vote(db, meeting, main, by=SYSTEM)
        make.vote(db, meeting, main, "aye", "aye", "nay", "abstain")
    with after(30):
        poll(db, meeting, lane)


def speak(
    db: Session,
    meeting: Meeting,
    item: AgendaItem | None,
    name: str,
    *,
    at: float,
    seconds: int,
    mode: str = "in_person",
    stance: str = "",
) -> Request:
    with after(at):
        person = make.participant(db, meeting, name)
        request = join_queue(db, meeting, item, person, by=person.actor, mode=mode, stance=stance)
        floor.call_next(db, meeting, request, by=SYSTEM)
        floor.start_turn(db, request, by=SYSTEM)
    with after(at + seconds / 60):
        floor.end_turn(db, meeting, request, by=SYSTEM)
    return request


def poll(db: Session, meeting: Meeting, item: AgendaItem) -> None:
    question = QuestionDraft(SINGLE, "Which evening suits you?", ("Monday", "Friday"))
    survey = make.survey(db, meeting, title="Evenings", questions=(question,), item_id=item.id)
    monday, friday = survey.questions[0].options
    for choice in (monday, monday, friday):
        voter = make.participant(db, meeting, "")
        answer_survey(db, survey, voter, [Answer(survey.questions[0].id, options=frozenset([choice.id]))])
    close_survey(db, survey, by=SYSTEM)


def trouble(db: Session, meeting: Meeting) -> None:
    """A recess, a closed session and a disruption, one after the other."""
    with after(35):
        actions.recess_meeting(db, meeting, by=SYSTEM)
    with after(45):
        actions.reconvene_meeting(db, meeting, by=SYSTEM)
    with after(46):
        session = close_session(db, meeting, "litigation", by=SYSTEM)
    with after(60):
        reopen_session(db, meeting, session, by=SYSTEM, report="No action was taken.")
    with after(70):
        disruption = disruption_actions.declare_disruption(db, meeting, "noise", by=SYSTEM)
    with after(72):
        disruption_actions.take_step(db, meeting, disruption, "warned", by=SYSTEM, note="Twice.")
    with after(91):
        disruption_actions.end_disruption(db, meeting, disruption, "order", by=SYSTEM)
