"""The page of a recording's clock: a known moment is said, and everything follows; it can be taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from comments.queue import floor
from comments.queue.actions import join_queue
from comments.queue.models import Request
from engage import clock
from meetings import actions
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM, Cast
from transcripts import queries
from transcripts.attribution.models import Speaker
from transcripts.models import Recording

LATER = timedelta(minutes=1)


@pytest.fixture
def clerk(cast: Cast) -> Iterator[TestClient]:
    yield cast.clerk


def evening(cast: Cast, *texts: str, **over: Any) -> str:
    """Item 1 is called at 18:01, Ana speaks from 18:02 to 18:05; the recording's id."""

    def work(db: Session) -> str:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        person = make.participant(db, meeting, "Ana")
        with clock.set_to(EPOCH + LATER):
            actions.call_item(db, meeting, cast.city.item, by=SYSTEM)
            request = join_queue(db, meeting, None, person, by=SYSTEM, mode="in_person")
        with clock.set_to(EPOCH + 2 * LATER):
            floor.call_next(db, meeting, request, by=SYSTEM)
            floor.start_turn(db, request, by=SYSTEM)
        with clock.set_to(EPOCH + 5 * LATER):
            floor.end_turn(db, meeting, request, by=SYSTEM)
        return make.transcript(
            db, meeting, *(texts or ("Good evening.",)), **{"duration_ms": 600_000} | over
        ).id

    return cast.db.write_now(work)


def address(cast: Cast, recording_id: str) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings/{recording_id}/clock"


def recording(cast: Cast, recording_id: str) -> Recording:
    return cast.read(lambda db: db.get_one(Recording, recording_id))


def test_the_record_is_offered_by_its_moments(cast: Cast, clerk: TestClient) -> None:
    page = clerk.get(address(cast, evening(cast))).text
    assert f'value="{clock.text(EPOCH + LATER)}"' in page
    assert "10:01:00\u202f" not in page
    assert "10:01:00\u00a0AM, Item 1 Bike lane is called" in page
    assert "10:02:00\u00a0AM, Ana has the floor" in page


def test_one_moment_lays_the_record_over_the_recording(cast: Cast, clerk: TestClient) -> None:
    made = evening(cast, "We come to the bike lane.", "It is loud on my street")
    answer = make.send(clerk, address(cast, made), at=clock.text(EPOCH + 2 * LATER), place="0:00")
    assert answer.status_code == 303
    found = recording(cast, made)
    assert (found.anchors, found.clock_from) == ([[0, clock.text(EPOCH + 2 * LATER)]], "clerk")
    page = clerk.get(address(cast, made)).text
    assert page.count("Ana has the floor") == 2
    assert '<rect x="0"' in page
    assert [line.speaker and line.speaker.label.text for line in lines(cast, made)] == ["Dais", "Ana"]


def lines(cast: Cast, recording_id: str) -> list[Any]:
    return cast.read(lambda db: queries.lines_of(db, recording_id))


def test_a_second_moment_says_how_the_clocks_part_and_can_be_taken_back(
    cast: Cast, clerk: TestClient
) -> None:
    made = evening(cast)
    make.send(clerk, address(cast, made), at=clock.text(EPOCH + LATER), place="0:10")
    make.send(clerk, address(cast, made), at=clock.text(EPOCH + 2 * LATER), place="1:08.5")
    assert "1.5 s behind" in clerk.get(address(cast, made)).text
    answer = clerk.post(f"{address(cast, made)}/withdrawal", data={"key": "w", "ms": "10000"})
    assert answer.status_code == 303
    assert recording(cast, made).anchors == [[68_500, clock.text(EPOCH + 2 * LATER)]]


def test_a_moment_that_would_turn_time_round_is_refused_with_what_was_typed(
    cast: Cast, clerk: TestClient
) -> None:
    made = evening(cast)
    make.send(clerk, address(cast, made), at=clock.text(EPOCH + 2 * LATER), place="1:00")
    answer = make.send(clerk, address(cast, made), at=clock.text(EPOCH + LATER), place="2:00")
    assert (answer.status_code, 'value="2:00"' in answer.text) == (409, True)
    assert len(recording(cast, made).anchors) == 1


@pytest.mark.parametrize(
    ("at", "place"), [("", "0:10"), ("2026-01-01T00:00:00.000Z", "0:10"), (None, "now"), (None, "0:20:00")]
)
def test_what_cannot_be_is_said_beside_the_field(
    cast: Cast, clerk: TestClient, at: str | None, place: str
) -> None:
    made = evening(cast)
    answer = make.send(
        clerk, address(cast, made), at=clock.text(EPOCH + LATER) if at is None else at, place=place
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert recording(cast, made).anchors == []


def test_what_the_file_says_is_offered_and_only_a_clerk_makes_it_sure(cast: Cast, clerk: TestClient) -> None:
    opened = cast.read(lambda db: db.get_one(Meeting, cast.city.meeting.id).opened_at)
    assert opened
    made = evening(cast, made_at=opened)
    page = clerk.get(address(cast, made)).text
    assert (recording(cast, made).anchors, "What the file itself says" in page) == ([], True)
    answer = make.send(clerk, address(cast, made), at=clock.text(opened), place="0:00")
    assert (answer.status_code, recording(cast, made).anchors) == (303, [[0, clock.text(opened)]])


@pytest.mark.parametrize("turns", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_turns(cast: Cast, clerk: TestClient, turns: int) -> None:
    made = evening(cast)

    def more(db: Session) -> None:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        for n in range(turns):
            request: Request = join_queue(
                db, meeting, None, make.participant(db, meeting, f"P{n}"), by=SYSTEM, mode="in_person"
            )
            floor.call_next(db, meeting, request, by=SYSTEM)
            floor.start_turn(db, request, by=SYSTEM)
            floor.end_turn(db, meeting, request, by=SYSTEM)

    cast.db.write_now(more)
    assert make.queries_for(cast, clerk, address(cast, made)) == 13


def test_the_simple_way_is_to_say_when_it_begins(cast: Cast, clerk: TestClient) -> None:
    made = evening(cast)
    answer = make.send(clerk, address(cast, made), at="", place="")
    assert answer.status_code == 422
    start = f"{address(cast, made)}/start"
    assert clerk.post(start, data={"key": "s", "starts_at": "2026-11-23T10:00:05.250"}).status_code == 303
    begins = EPOCH + timedelta(seconds=5.25)
    assert recording(cast, made).anchors == [[0, clock.text(begins)]]
    assert 'value="2026-11-23T10:00:05"' in clerk.get(address(cast, made)).text
    wrong = clerk.post(start, data={"key": "t", "starts_at": "at six"})
    assert (wrong.status_code, 'id="f-starts_at-error"' in wrong.text) == (422, True)
    assert clerk.post(start, data={"key": "u", "starts_at": ""}).status_code == 303
    assert (recording(cast, made).anchors, recording(cast, made).starts_at) == ([], None)


def test_the_clock_of_a_certified_transcript_is_not_offered(cast: Cast, clerk: TestClient) -> None:
    made = evening(cast)

    def certify(db: Session) -> None:
        db.get_one(Recording, made).certified_at = clock.now()

    cast.db.write_now(certify)
    assert 'name="place"' not in clerk.get(address(cast, made)).text
    answer = clerk.post(
        address(cast, made), data={"key": "k", "at": clock.text(EPOCH + LATER), "place": "0:10"}
    )
    assert answer.status_code == 409


def test_nobody_else_gets_there(cast: Cast) -> None:
    made = evening(cast)
    assert cast.signed_in("stranger").get(address(cast, made)).status_code == 404
    assert cast.read(lambda db: db.query(Speaker).count()) == 0
