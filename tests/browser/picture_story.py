"""What happens on the evening of the guide's pictures, act by act, through the verbs of the pages."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from comments.queue import deck, floor
from comments.queue.lists import next_request
from comments.queue.models import Request
from comments.queue.queries import on_floor
from comments.surveys import actions as surveys
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import HANDS, LIVE, Survey
from comments.surveys.voting import answer_survey
from engage import clock, people
from meetings import actions
from meetings.chairing.actions import write_note
from meetings.disruption import actions as disruption
from meetings.disruption.models import ACCESS_RESTORED
from meetings.disruption.queries import disruption_under_way
from meetings.minutes.actions import note_minutes
from meetings.motions import actions as motions
from meetings.motions import consent, voting
from meetings.motions.models import CONSENT, MAIN, Motion
from meetings.motions.queries import immediately_pending
from meetings.rules import fingerprint
from tests.browser.picture_city import BY, HEARING, LIGHTING, Evening, local

HANDS_UP = (24, 11, 3)
"""Who says yes, no and abstains."""
QUESTION = "Should the path to the water be lit at night?"
MOTION = "Approve the rezoning of the old cannery, and keep the path to the water open at night."
NOTE = "Planner's report first, ten minutes. Interpreter for Ms. Ruiz."
SUMMARIES = {
    HEARING: "The planner presented the report. Members asked about parking and the number of floors.",
    LIGHTING: "The director of public works showed which lamps are replaced first, and what they save.",
}


def note_of_chair(db: Session, evening: Evening) -> None:
    write_note(db, evening.now(db), evening.items[HEARING], NOTE, seen=fingerprint(""))


def call_item(db: Session, evening: Evening, number: str) -> None:
    meeting = evening.now(db)
    actions.call_item(db, meeting, evening.item(db, number), by=BY)
    deck.settle(db, meeting, by=BY)


def take_out(db: Session, evening: Evening, number: str) -> None:
    """A resident wants this item of the consent calendar to be heard by itself."""
    consent.pull_item(db, evening.now(db), evening.item(db, number), "public", by=BY)


def move(db: Session, evening: Evening, number: str, kind: str, words: str, *, by: tuple[str, str]) -> Motion:
    meeting, ids = evening.now(db), evening.members(db)
    draft = motions.Draft(kind, words, ids[by[0]], ids[by[1]], item_id=evening.items[number])
    return motions.make_motion(db, meeting, draft, by=BY)


def move_consent(db: Session, evening: Evening) -> None:
    move(db, evening, "2", CONSENT, "Approve the consent calendar", by=("Helen Park", "Grace Miller"))


def approve_together(db: Session, evening: Evening) -> None:
    """The one who waits on the calendar is heard, then nobody objects."""
    hear(db, evening, local("19:06"), 48)
    meeting = evening.now(db)
    motion = immediately_pending(db, meeting)
    assert motion
    with clock.set_to(local("19:08")):
        voting.record_consent(db, meeting, motion, by=BY)


def benches(db: Session, evening: Evening) -> None:
    """The item that was taken out is decided by itself."""
    call_item(db, evening, "2.2")
    vote(db, evening, "2.2", "Approve the new benches for Ferry Park", by=("Grace Miller", "Ruth Calloway"))


def vote(db: Session, evening: Evening, number: str, words: str, *, by: tuple[str, str]) -> None:
    """Moved, seconded, and carried by all who are here."""
    meeting, motion = evening.now(db), move(db, evening, number, MAIN, words, by=by)
    motions.open_vote(db, meeting, motion, by=BY)
    votes = {member.id: each for member, each in voting.expected_votes(db, motion)}
    voting.record_vote(db, meeting, motion, votes, by=BY)


def hear_some(db: Session, evening: Evening) -> None:
    """The hearing up to its sixth in line, who has the floor; the third was called and not there."""
    with clock.set_to(local("19:13")):
        call_item(db, evening, HEARING)
    at = hear(db, evening, local("19:13"), 103, 120, 0, 87, 112)
    give_floor(db, evening, at)


def hear_rest(db: Session, evening: Evening) -> None:
    hear(db, evening, local("19:31"), 221, 96, 64, 118, 101, 87)


def hear(db: Session, evening: Evening, at: datetime, *seconds: int) -> datetime:
    """The next in line one by one, each for so many seconds, 0 for not there. When the last was done."""
    for spoken_s in seconds:
        one = give_floor(db, evening, at, is_there=spoken_s > 0)
        at += timedelta(seconds=9 + spoken_s)
        with clock.set_to(at):
            floor.end_turn(db, evening.now(db), one, by=BY)
    return at


def give_floor(db: Session, evening: Evening, at: datetime, *, is_there: bool = True) -> Request:
    """Called on the open item; their clock is started nine seconds later."""
    meeting = evening.now(db)
    one = next_request(db, meeting, meeting.item_id)
    assert one
    with clock.set_to(at):
        floor.call_next(db, meeting, one, by=BY)
    if is_there:
        with clock.set_to(at + timedelta(seconds=9)):
            floor.start_turn(db, one, by=BY)
    return one


def end_turn(db: Session, evening: Evening) -> None:
    speaker = on_floor(db, evening.meeting)
    assert speaker
    floor.end_turn(db, evening.now(db), speaker, by=BY)


def poll(db: Session, evening: Evening) -> None:
    """A show of hands that as many have answered as HANDS_UP says."""
    meeting, item = evening.now(db), evening.items[HEARING]
    draft = SurveyDraft(QUESTION, (QuestionDraft(HANDS, QUESTION),), item, shows=LIVE)
    made = surveys.open_poll(db, meeting, draft, by=BY)
    (question,) = made.questions
    for option, count in zip(question.options, HANDS_UP, strict=True):
        for _ in range(count):
            person = people.take_part(db, meeting.id, None, name="")
            answer_survey(db, made, person, [Answer(question.id, frozenset({option.id}))])


def close_poll(db: Session, evening: Evening) -> None:
    surveys.close_survey(db, db.query(Survey).filter_by(meeting_id=evening.meeting).one(), by=BY)


def open_vote(db: Session, evening: Evening) -> None:
    motion = move(db, evening, HEARING, MAIN, MOTION, by=("Grace Miller", "Helen Park"))
    motions.open_vote(db, evening.now(db), motion, by=BY)


def disrupt(db: Session, evening: Evening) -> None:
    """Somebody speaks on the next item when strangers flood the connection; three steps are taken."""
    meeting = evening.now(db)
    with clock.set_to(local("19:58")):
        call_item(db, evening, LIGHTING)
    give_floor(db, evening, local("20:02"))
    with clock.set_to(local("20:03")):
        floor.stop_clocks(db, meeting, by=BY)
        made = disruption.declare_disruption(db, meeting, "flooding", by=BY)
        deck.settle(db, meeting, by=BY)
    steps = {"20:04": "announced", "20:06": "disconnected", "20:09": "called_support"}
    for hour, step in steps.items():
        note = "Eleven callers" if step == "disconnected" else ""
        with clock.set_to(local(hour)):
            disruption.take_step(db, meeting, made, step, by=BY, note=note)


def finish(db: Session, evening: Evening) -> None:
    """Access comes back, the others are heard, the lights are decided; the clerk has written summaries."""
    meeting = evening.now(db)
    with clock.set_to(local("20:18")):
        under_way = disruption_under_way(db, meeting.id)
        assert under_way
        disruption.end_disruption(db, meeting, under_way, ACCESS_RESTORED, by=BY)
        deck.settle(db, meeting, by=BY)
    with clock.set_to(local("20:20")):
        end_turn(db, evening)
    hear(db, evening, local("20:20"), 84, 71)
    with clock.set_to(local("20:31")):
        vote(
            db, evening, LIGHTING, "Approve the budget for street lighting", by=("Luis Ortega", "Helen Park")
        )
    with clock.set_to(local("20:34")):
        actions.adjourn_meeting(db, meeting, by=BY)
    for number, summary in SUMMARIES.items():
        note_minutes(db, meeting, evening.item(db, number), summary, by=BY)
