"""What Whisper is told of a meeting: whose names, which terms, in which order; and what it is not told."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from comments.queue.actions import join_queue
from engage.db import new_id
from meetings.members.actions import end_seat
from meetings.models import AgendaText, Meeting
from tests import make
from tests.make import SYSTEM
from transcripts.vocabulary.actions import change_glossary
from transcripts.vocabulary.words import MOST, vocabulary


def held(db: Session, **over: Any) -> Meeting:
    return make.meeting(db, make.body(db, "Harbor Commission"), **over)


def test_the_most_useful_first_and_each_once(db: Session) -> None:
    meeting = held(db, place="Room 2, 100 Alder Bay Road")
    make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor")
    speaker = make.participant(db, meeting, "Nuria Xirau")
    join_queue(db, meeting, None, speaker, by=speaker.actor, mode="remote")
    change_glossary(db, add=["zoning overlay", "CEQA", "Okafor"], remove=[], by=SYSTEM)
    item = make.item(db, meeting, "Bridge over Muñoz Creek, asked for by Ana Ruiz")
    item.texts.append(
        AgendaText(lang="es", place=1, title="Puente sobre el arroyo Muñoz", description="", salt="ab")
    )
    db.flush()
    assert vocabulary(db, meeting.id) == [
        "Ana Ruiz",
        "Sam Okafor",
        "Nuria Xirau",
        "CEQA",
        "zoning overlay",
        "Muñoz Creek",
        "Harbor Commission",
        "Alder Bay Road",
    ]


def test_who_left_who_only_wrote_and_what_was_withdrawn_are_not_told(db: Session) -> None:
    meeting = held(db)
    (member,) = make.council(db, meeting.body, "Dev Patel")
    end_seat(db, member, date(2001, 1, 1), by=SYSTEM)
    make.comment(db, meeting, person=make.participant(db, meeting, "Joy Lee"), name="Joy Lee")
    nameless = make.participant(db, meeting, "")
    join_queue(db, meeting, None, nameless, by=nameless.actor, mode="remote")
    make.item(db, meeting, "Lease of Ferry Park", is_withdrawn=True)
    assert vocabulary(db, meeting.id) == ["Harbor Commission"]


def test_it_has_an_end(db: Session) -> None:
    meeting = held(db)
    change_glossary(db, add=[f"Term {new_id()}" for _ in range(MOST + 10)], remove=[], by=SYSTEM)
    assert len(vocabulary(db, meeting.id)) == MOST
