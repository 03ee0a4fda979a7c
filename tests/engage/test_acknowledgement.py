"""Every write is answered with the entry that it made, and the same form again with the same."""

from sqlalchemy import select

from engage import people, record
from engage.doors import ENTRY
from tests import make
from tests.make import PASSWORD, Cast, send


def head(cast: Cast) -> str:
    return cast.read(lambda db: f"{cast.city.meeting.id}/{record.head(db, cast.city.meeting.id)}")


def test_a_form_sent_twice_is_acknowledged_alike(cast: Cast) -> None:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    resident = cast.resident()
    fields = {"name": "Ana", "position": "support", "text": "Yes.", "key": "the-key"}
    resident.get(url)
    first = resident.post(url, data=fields)
    its_entry = head(cast)
    send(cast.resident(), url, name="Ben", position="oppose", text="No.")

    assert first.headers[ENTRY] == its_entry
    assert resident.post(url, data=fields).headers[ENTRY] == its_entry
    assert head(cast) != its_entry


def test_what_is_refused_has_no_entry(cast: Cast) -> None:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    assert ENTRY not in send(cast.resident(), url, name="Ana", position="support", text="").headers


def test_a_sign_in_is_in_the_city_s_book(cast: Cast) -> None:
    name = cast.city.clerk.name
    answer = cast.anyone.post("/sign-in", data={"name": name, "password": PASSWORD})
    assert answer.headers[ENTRY] == cast.read(lambda db: f"city/{record.head(db, record.CITY)}")


def test_a_ballot_s_entry_is_told_and_not_kept(cast: Cast) -> None:
    """A row that led from a browser to a ballot would tell how somebody voted."""
    poll = cast.db.write_now(lambda db: make.survey(db, cast.city.meeting))
    field = {poll.questions[0].field: poll.questions[0].options[0].id}
    answer = send(cast.resident(), f"/meetings/{cast.city.meeting.id}/surveys/{poll.id}", **field)
    assert answer.headers[ENTRY] == head(cast)
    assert cast.read(lambda db: list(db.scalars(select(people.Sent.key)))) == []
