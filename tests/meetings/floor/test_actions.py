"""Places, closing and opening, agreeing: what the verbs change, refuse and put on the record."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused, token_hash
from engage.verify import faults_of
from meetings.floor import actions, queries
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, ROOM, STAFF, Place
from meetings.floor.seating import make_places_for_body
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, kinds


@pytest.fixture
def meeting(db: Session) -> Meeting:
    return make.meeting(db, make.body(db), carries_sound=True)


def last(db: Session, meeting: Meeting) -> tuple[str, dict[str, Any]]:
    entry = record.after(db, meeting.id, 0)[-1]
    return entry.kind, entry.facts


def place(db: Session, meeting: Meeting, kind: str = STAFF, **over: Any) -> Place:
    return actions.make_place(db, meeting, kind, by=SYSTEM, **over)[0]


def test_a_place_keeps_the_hash_of_its_link_and_the_seal_of_its_name(db: Session, meeting: Meeting) -> None:
    made, token = actions.make_place(db, meeting, STAFF, by=SYSTEM, name="City attorney")
    assert made.token == token_hash(token)
    assert queries.place_of_link(db, token) == (made, meeting)
    kind, facts = last(db, meeting)
    assert kind == "place.made"
    assert facts == {
        "place": made.id, "what": STAFF, "channel": 2, "member": None, "language": None,
        "name": record.sealed(made.salt, "City attorney"),
    }  # fmt: skip


def test_every_place_has_a_channel_that_no_other_had(db: Session, meeting: Meeting) -> None:
    made = [place(db, meeting, kind) for kind in (ROOM, CHAIR, MEMBER)]
    actions.end_place(db, made[2], by=SYSTEM)
    actions.end_place(db, made[1], by=SYSTEM)
    again = [place(db, meeting, kind) for kind in (MEMBER, CHAIR)]
    assert [each.channel for each in (*made, *again)] == [2, 0, 3, 4, 0]
    assert [each.id for each in queries.places_of(db, meeting.id)] == [again[1].id, made[0].id, again[0].id]


def test_only_an_interpreter_has_a_language(db: Session, meeting: Meeting) -> None:
    assert place(db, meeting, INTERPRETER, language="es").language == "es"
    assert place(db, meeting, STAFF, language="es").language == ""


@pytest.mark.parametrize("over", [{"carries_sound": False}, {"state": "adjourned"}])
def test_a_meeting_that_is_heard_elsewhere_or_is_over_gets_no_place(db: Session, over: Any) -> None:
    meeting = make.meeting(db, make.body(db), **{"carries_sound": True} | over)
    with pytest.raises(Refused, match="does not carry sound"):
        place(db, meeting)


def test_there_is_one_chair(db: Session, meeting: Meeting) -> None:
    place(db, meeting, CHAIR)
    with pytest.raises(Refused, match="has a place already"):
        place(db, meeting, CHAIR)


@pytest.mark.parametrize(
    ("act", "again"),
    [
        (actions.close_place, "closed already"),
        (actions.open_place, "open already"),
    ],
)
def test_closing_and_opening_twice_is_refused(
    db: Session, meeting: Meeting, act: Callable[..., None], again: str
) -> None:
    made = place(db, meeting)
    made.is_open = act is actions.close_place
    act(db, made, by=SYSTEM)
    with pytest.raises(Refused, match=again):
        act(db, made, by=SYSTEM)
    assert kinds(db, meeting.id)[-1] == ("place.opened" if made.is_open else "place.closed")


def test_the_hush_has_a_beginning_and_an_end(db: Session, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="are not closed"):
        actions.end_hush(db, meeting, by=SYSTEM)
    actions.hush(db, meeting, by=SYSTEM)
    with pytest.raises(Refused, match="closed already"):
        actions.hush(db, meeting, by=SYSTEM)
    actions.end_hush(db, meeting, by=SYSTEM)
    assert not meeting.is_hushed
    assert kinds(db, meeting.id)[-2:] == ["sound.hushed", "sound.restored"]


def test_one_agrees_once(db: Session, meeting: Meeting) -> None:
    made = place(db, meeting)
    for _ in range(2):
        actions.agree_to_be_heard(db, meeting, made.person, by=made.person)
    db.flush()
    assert queries.has_agreed(db, meeting.id, made.person)
    assert kinds(db, meeting.id).count("microphone.agreed") == 1
    assert last(db, meeting)[1] == {"place": made.id}


def test_captions_are_turned_off_and_on(db: Session, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="so already"):
        actions.choose_captions(db, meeting, wanted=True, by=SYSTEM)
    actions.choose_captions(db, meeting, wanted=False, by=SYSTEM)
    actions.choose_captions(db, meeting, wanted=True, by=SYSTEM)
    assert kinds(db, meeting.id)[-2:] == ["captions.stopped", "captions.started"]


def test_the_record_of_all_this_is_still_verified(db: Session, meeting: Meeting) -> None:
    made = place(db, meeting, name="City attorney")
    actions.agree_to_be_heard(db, meeting, made.person, by=made.person)
    actions.close_place(db, made, by=made.person)
    actions.hush(db, meeting, by=SYSTEM)
    actions.end_place(db, made, by=SYSTEM)
    db.flush()
    assert list(faults_of(db, meeting.id)) == []


def test_the_whole_body_gets_places_and_whoever_has_one_keeps_it(db: Session, meeting: Meeting) -> None:
    chair, sam, lin = make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor", "Lin Marsh")
    db.flush()
    kept = place(db, meeting, MEMBER, member=sam)
    made = [each for each, _ in make_places_for_body(db, meeting, by=SYSTEM)]
    assert [(each.kind, each.member_id) for each in made] == [(CHAIR, chair.id), (MEMBER, lin.id)]
    assert kept in queries.places_of(db, meeting.id)
    with pytest.raises(Refused, match="Everybody on the body has a place already"):
        make_places_for_body(db, meeting, by=SYSTEM)


def test_a_body_without_members_gets_a_place_for_the_chair(db: Session, meeting: Meeting) -> None:
    ((made, _),) = make_places_for_body(db, meeting, by=SYSTEM)
    assert (made.kind, made.member_id) == (CHAIR, None)
