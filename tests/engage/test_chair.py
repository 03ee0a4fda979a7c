"""The chair's view: what it shows, the two acts, the notes, and the socket."""

from typing import Any

import pytest
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from comments.queue import floor
from comments.queue.models import Request
from engage import people, record
from meetings.chairing.models import ChairNote
from tests.make import PASSWORD, Cast, in_line, kinds

ORIGIN = {"origin": "http://testserver"}


def state_of(cast: Cast, request_id: str) -> str:
    state: str = cast.read(lambda db: db.get(Request, request_id).state)
    return state


def at(cast: Cast, rest: str = "") -> str:
    return f"/chair/meetings/{cast.city.meeting.id}{rest}"


def test_signing_in_leads_the_chair_to_their_meetings(cast: Cast) -> None:
    browser = cast.resident()
    for wanted in ("", "/clerk"):
        form = {"name": "chair", "password": PASSWORD, "next": wanted}
        assert browser.post("/sign-in", data=form).headers["location"] == "/chair"
    page = browser.get("/chair").text
    assert f'href="{at(cast)}"' in page
    assert 'href="/clerk"' not in page


def test_the_list_has_only_meetings_of_ones_own_body(cast: Cast) -> None:
    assert at(cast) not in cast.signed_in("stranger").get("/chair").text
    assert at(cast) in cast.clerk.get("/chair").text


def test_a_draft_is_not_the_chairs(cast: Cast) -> None:
    assert cast.signed_in("chair").get(f"/chair/meetings/{cast.city.draft.id}").status_code == 404


def test_it_shows_who_comes_how_they_stand_and_who_needs_an_interpreter(cast: Cast) -> None:
    in_line(cast, "Ana", stance="support")
    in_line(cast, "Ben", stance="oppose", mode="remote", wants_interpreter=True)
    in_line(cast, "Cleo", "Dan")
    page = cast.signed_in("chair").get(at(cast)).text
    assert "<strong>4</strong> people wait" in page
    assert "In favor: 1" in page
    assert "Against: 1" in page
    assert "with an interpreter" in page
    assert "Cleo" in page
    assert "Dan" not in page  # the next three


def test_call_next_gives_the_floor_to_the_request_that_was_shown(cast: Cast) -> None:
    ana, ben = in_line(cast, "Ana", "Ben")
    chair = cast.signed_in("chair")
    answer = chair.post(at(cast, "/floor"), data={"request": ana})
    assert (answer.status_code, answer.headers["location"]) == (303, at(cast))
    assert (state_of(cast, ana), state_of(cast, ben)) == ("called", "on_deck")


def test_call_next_does_nothing_when_the_queue_has_moved(cast: Cast) -> None:
    ana, ben = in_line(cast, "Ana", "Ben")
    answer = cast.signed_in("chair").post(at(cast, "/floor"), data={"request": ben})
    assert answer.status_code == 409
    assert "The queue has moved on meanwhile." in answer.text
    assert (state_of(cast, ana), state_of(cast, ben)) == ("on_deck", "waiting")


def test_the_chair_ends_a_turn(cast: Cast) -> None:
    (ana,) = in_line(cast, "Ana")
    chair = cast.signed_in("chair")
    chair.post(at(cast, "/floor"), data={"request": ana})
    cast.db.write_now(lambda db: floor.start_turn(db, db.get(Request, ana), by="system"))
    assert chair.post(at(cast, f"/requests/{ana}/end")).status_code == 303
    assert state_of(cast, ana) == "finished"
    last = cast.read(
        lambda db: db.scalars(select(record.Entry.actor).where(record.Entry.kind == "floor.ended")).all()
    )
    assert last == [cast.city.chair.actor]


def write_note(cast: Cast, text: str, *, item: str = "", client: Any = None) -> Any:
    """As the form on the page sends it."""
    client, item = client or cast.signed_in("chair"), item or cast.city.item.id
    page = client.get(at(cast)).text
    seen = page.split(f'/notes/{item}"', 1)[1].split('name="seen" value="', 1)[1].split('"', 1)[0]
    return client.post(at(cast, f"/notes/{item}"), data={"seen": seen, f"note-{item}": text})


def test_a_note_is_kept_for_chair_and_clerk_and_the_record_does_not_know_it(cast: Cast) -> None:
    book = cast.city.meeting.id
    before = cast.read(lambda db: kinds(db, book))
    answer = write_note(cast, "Ask about the trees.\n\nThen vote.")
    assert answer.headers["location"] == at(cast, f"#note-{cast.city.item.id}")
    assert "Ask about the trees." in cast.signed_in("chair").get(at(cast)).text
    assert "Ask about the trees." in cast.clerk.get(at(cast)).text
    assert "Ask about the trees." not in cast.anyone.get(f"/meetings/{book}").text
    assert cast.read(lambda db: kinds(db, book)) == before


def test_an_emptied_note_is_gone(cast: Cast) -> None:
    write_note(cast, "For later.", item="general")
    write_note(cast, "", item="general")
    assert cast.read(lambda db: db.scalars(select(ChairNote)).all()) == []


def test_a_note_that_somebody_else_has_changed_is_not_overwritten(cast: Cast) -> None:
    item = cast.city.item.id
    old = cast.signed_in("chair").get(at(cast)).text
    seen = old.split(f'/notes/{item}"', 1)[1].split('name="seen" value="', 1)[1].split('"', 1)[0]
    write_note(cast, "The clerk's words.", client=cast.clerk)
    answer = cast.signed_in("chair").post(
        at(cast, f"/notes/{item}"), data={"seen": seen, f"note-{item}": "The chair's words."}
    )
    assert answer.status_code == 409
    assert "Somebody else has changed this note" in answer.text
    assert "The clerk&#39;s words." in answer.text
    assert "The chair&#39;s words." in answer.text
    assert cast.read(lambda db: db.scalars(select(ChairNote.text)).all()) == ["The clerk's words."]


def test_a_note_too_long_is_kept_in_its_field(cast: Cast) -> None:
    answer = write_note(cast, "x" * 2001)
    assert answer.status_code == 422
    assert "x" * 2001 in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_the_chairs_socket_nudges_and_tells_nothing(cast: Cast) -> None:
    with cast.signed_in("chair").websocket_connect(at(cast, "/live"), headers=ORIGIN) as ws:
        ws.receive_text()
        in_line(cast, "Ana")
        nudge = ws.receive_json()
    assert (nudge["nudge"], nudge["content"]) == (True, "")


@pytest.mark.parametrize("who", [None, "stranger"])
def test_the_chairs_socket_is_for_the_bodys_chair(cast: Cast, who: str | None) -> None:
    client = cast.signed_in(who) if who else cast.resident()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(at(cast, "/live"), headers=ORIGIN):
        pass


def test_the_chair_has_no_clerks_socket(cast: Cast) -> None:
    url = f"/clerk/meetings/{cast.city.meeting.id}/live"
    with pytest.raises(WebSocketDisconnect), cast.signed_in("chair").websocket_connect(url, headers=ORIGIN):
        pass


@pytest.mark.parametrize(
    ("role", "body", "own", "other"),
    [
        ("chair", True, True, False),
        ("chair", False, True, True),
        ("clerk", True, True, False),
        ("member", True, False, False),
    ],
)
def test_who_chairs_what(cast: Cast, role: str, body: bool, own: bool, other: bool) -> None:
    def work(db: Any) -> tuple[bool, bool, bool]:
        body_id = cast.city.body.id if body else None
        account = people.add_account(db, "new", PASSWORD, by="system", role=role, body_id=body_id)
        return account.chairs(cast.city.body.id), account.chairs(cast.city.other_body.id), account.is_chair

    assert cast.db.write_now(work) == (own, other, own)
