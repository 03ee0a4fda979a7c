"""The kiosk: made and ended by the clerk, signing people up in the room without any cookie."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from comments.kiosk import actions
from comments.kiosk.models import Kiosk
from comments.kiosk.queries import running_kiosks
from comments.queue.models import Request
from engage import clock, limit
from engage.people import Participant, token_hash
from meetings.actions import adjourn_meeting
from meetings.models import Meeting
from tests import make
from tests.make import Cast, kinds, send


@pytest.fixture
def kiosk(cast: Cast) -> str:
    """The path of a kiosk of the open meeting."""
    token: str = cast.db.write_now(
        lambda db: actions.make_kiosk(db, db.merge(cast.city.meeting), by=cast.city.clerk)
    )
    return f"/kiosk/{token}"


def requests(cast: Cast) -> list[Request]:
    found: list[Request] = cast.read(lambda db: list(db.scalars(select(Request).order_by(Request.place))))
    return found


def test_the_clerk_makes_a_kiosk_and_sees_its_link_once(cast: Cast) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}/kiosk"
    clerk = cast.clerk
    page = send(clerk, at)
    token = page.text.split('href="http://testserver/kiosk/', 1)[1].split('"', 1)[0]
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert cast.anyone.get(f"/kiosk/{token}").status_code == 200
    assert token not in clerk.get(at).text
    kept = cast.read(lambda db: db.scalars(select(Kiosk)).one())
    assert (kept.token, kept.made_by) == (token_hash(token), cast.city.clerk.id)


def test_an_ended_kiosk_is_gone_and_both_acts_are_on_the_record(cast: Cast, kiosk: str) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}/kiosk"
    (row,) = cast.read(lambda db: running_kiosks(db, cast.city.meeting.id))
    assert cast.clerk.post(f"{at}/{row.id}/end").status_code == 303
    item = f"{kiosk}/items/{cast.city.item.id}"
    answers = [cast.anyone.get(kiosk), cast.anyone.get(item), cast.anyone.post(item, data={"key": "k"})]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-2:] == ["kiosk.made", "kiosk.ended"]
    assert cast.clerk.post(f"{at}/{row.id}/end").status_code == 409


def test_another_meetings_kiosk_is_not_ended_from_here(cast: Cast, kiosk: str) -> None:
    (row,) = cast.read(lambda db: running_kiosks(db, cast.city.meeting.id))
    other = cast.db.write_now(lambda db: make.meeting(db, db.merge(cast.city.body)).id)
    assert cast.clerk.post(f"/clerk/meetings/{other}/kiosk/{row.id}/end").status_code == 404


@pytest.mark.parametrize("state", ["draft", "adjourned"])
def test_a_kiosk_is_made_from_the_publication_to_the_end(cast: Cast, state: str) -> None:
    meeting = cast.db.write_now(lambda db: make.meeting(db, db.merge(cast.city.body), state=state))
    answer = cast.clerk.post(f"/clerk/meetings/{meeting.id}/kiosk", data={"key": "k"})
    assert answer.status_code == 409
    assert cast.read(lambda db: db.scalars(select(Kiosk)).all()) == []


def test_signing_up_puts_a_new_person_in_the_room_on_the_list(cast: Cast, kiosk: str) -> None:
    browser = cast.resident()
    answers = [
        send(browser, f"{kiosk}/items/{cast.city.item.id}", name="Ana", stance="support", interpreter="yes"),
        send(browser, f"{kiosk}/items/general", name=""),
    ]
    ana, nobody = requests(cast)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (ana.name, ana.mode, ana.stance, ana.wants_interpreter) == ("Ana", "in_person", "support", True)
    assert (nobody.name, nobody.item_id, nobody.stance) == ("", None, "")
    assert ana.participant_id != nobody.participant_id
    assert [name for name in browser.cookies if name.startswith("p_")] == []


def test_the_same_form_sent_twice_signs_up_once(cast: Cast, kiosk: str) -> None:
    form = {"key": "the same", "name": "Ana"}
    first, second = (cast.anyone.post(f"{kiosk}/items/general", data=form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(requests(cast)) == 1


def test_a_form_without_a_key_is_refused(cast: Cast, kiosk: str) -> None:
    assert cast.anyone.post(f"{kiosk}/items/general", data={"name": "Ana"}).status_code == 409
    assert requests(cast) == []


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast: Cast, kiosk: str) -> None:
    answer = send(cast.anyone, f"{kiosk}/items/general", name="x" * 81, stance="loudly")
    assert answer.status_code == 422
    assert "x" * 81 in answer.text
    assert "Please choose one of the answers." in answer.text
    assert cast.read(lambda db: db.scalars(select(Participant)).all()) == []


def test_a_closed_list_keeps_nobody(cast: Cast, kiosk: str) -> None:
    def close(db: Any) -> None:
        db.get(Meeting, cast.city.meeting.id).is_queue_closed = True

    page = cast.anyone.get(f"{kiosk}/items/general").text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    cast.db.write_now(close)
    answer = cast.anyone.post(f"{kiosk}/items/general", data={"key": key, "name": "Ana"})
    assert answer.status_code == 409
    assert "The list of speakers is closed." in answer.text
    assert "The list of speakers is closed." in cast.anyone.get(kiosk).text
    assert cast.read(lambda db: db.scalars(select(Participant)).all()) == []


def test_after_the_meeting_it_says_so(cast: Cast, kiosk: str) -> None:
    cast.db.write_now(lambda db: adjourn_meeting(db, db.get(Meeting, cast.city.meeting.id), by="system"))
    assert "The meeting is over." in cast.anyone.get(kiosk).text


def test_another_meetings_item_is_not_on_it(cast: Cast, kiosk: str) -> None:
    def elsewhere(db: Any) -> str:
        return make.item(db, make.meeting(db, db.merge(cast.city.body))).id

    assert cast.anyone.get(f"{kiosk}/items/{cast.db.write_now(elsewhere)}").status_code == 404


def done(cast: Cast, kiosk: str) -> str:
    """The address of the page that tells the number."""
    for name in ("Ana", "Ben"):
        answer = send(cast.anyone, f"{kiosk}/items/general", name=name)
    address: str = answer.headers["location"]
    return address


def test_the_number_the_code_and_the_way_to_ones_own_phone(cast: Cast, kiosk: str) -> None:
    address = done(cast, kiosk)
    code = address.rsplit("/", 1)[1]
    page = cast.anyone.get(address)
    assert "You are number 2 in the queue." in page.text
    assert f"{code[:4]}-{code[4:]}" in page.text
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    phone = cast.resident()
    answer = send(phone, f"/meetings/{cast.city.meeting.id}/return?code={code}", code=code)
    assert answer.status_code == 303
    assert "Ben" in phone.get(f"/meetings/{cast.city.meeting.id}").text


def test_it_goes_back_by_itself_and_later_for_who_asks(cast: Cast, kiosk: str) -> None:
    address = done(cast, kiosk)
    soon, later = (cast.anyone.get(url).headers["Refresh"] for url in (address, f"{address}?time=more"))
    assert (soon, later) == (f"20; url={kiosk}?lang=en", f"200; url={kiosk}?lang=en")


def test_who_comes_next_cannot_look_back_for_long(cast: Cast, kiosk: str) -> None:
    address = done(cast, kiosk)
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        answer = cast.anyone.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{kiosk}?lang=en")


@pytest.mark.parametrize("code", ["aaaaaaaa", "norequest"])
def test_a_code_that_nobody_has_tells_nothing(cast: Cast, kiosk: str, code: str) -> None:
    assert cast.anyone.get(f"{kiosk}/done/{code}").status_code == 404


def test_a_kiosks_link_cannot_flood_the_queue(cast: Cast, kiosk: str) -> None:
    url = f"{kiosk}/items/general"
    codes = [cast.anyone.post(url, data={"key": f"k{n}"}).status_code for n in range(limit.KIOSK_POSTS + 2)]
    assert codes.count(303) in range(limit.KIOSK_POSTS, limit.KIOSK_POSTS + 2)
    assert codes[-1] == 429


def test_in_spanish(cast: Cast, kiosk: str) -> None:
    page = cast.anyone.get(f"{kiosk}?lang=es")
    assert '<html lang="es"' in page.text
    assert "participant" not in str(page.cookies)
