"""Where a meeting is heard, and the clerk's page of its microphones: made, shown once, closed, ended."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import record
from engage.people import token_hash
from meetings import actions as meeting_actions
from meetings.floor import actions, queries
from meetings.floor.models import CHAIR, INTERPRETER, KINDS, MEMBER, ROOM, STAFF, Place
from meetings.models import Amendment, Meeting
from tests import make
from tests.make import SYSTEM, Cast, queries_for, send


def hear(cast: Cast, **over: Any) -> None:
    """The open meeting is heard in its page, by a body of two."""

    def work(db: Session) -> None:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        for name, value in ({"carries_sound": True} | over).items():
            setattr(meeting, name, value)
        make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor")

    cast.db.write_now(work)


def at(cast: Cast, rest: str = "") -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/microphones{rest}"


def places(cast: Cast) -> list[Place]:
    return cast.read(lambda db: queries.places_of(db, cast.city.meeting.id))


def member(cast: Cast, name: str) -> str:
    page = cast.clerk.get(at(cast)).text
    return page.split(f">{name}", 1)[0].rsplit('value="', 1)[1].split('"', 1)[0]


def links(page: str) -> list[str]:
    return [part.split('"', 1)[0] for part in page.split('href="http://testserver/microphone/')[1:]]


def test_an_empty_page_says_what_a_place_is(cast: Cast) -> None:
    hear(cast)
    page = cast.clerk.get(at(cast)).text
    assert "There is no microphone yet" in page
    assert "Whoever opens its link on a computer or a phone sits there" in page
    assert "Residents need no place" in page
    assert f'href="{at(cast)}"' in cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}").text


def test_a_meeting_heard_elsewhere_leads_to_the_choice(cast: Cast) -> None:
    page = cast.clerk.get(at(cast)).text
    assert "This meeting is not heard in its page" in page
    assert f'href="/clerk/meetings/{cast.city.meeting.id}/details"' in page
    assert send_place(cast, kind="room").status_code == 409
    assert places(cast) == []


def send_place(cast: Cast, **fields: str) -> Any:
    return cast.clerk.post(at(cast), data=fields)


def test_of_a_draft_it_says_when_the_links_work(cast: Cast) -> None:
    words = "The links work once the meeting is published."
    hear(cast)
    assert words not in cast.clerk.get(at(cast)).text
    of = drafted(cast, carries_sound="here")
    assert words in cast.clerk.get(f"/clerk/meetings/{of}/microphones").text


def test_the_link_of_a_place_is_shown_once(cast: Cast) -> None:
    hear(cast)
    clerk = cast.clerk
    page = send(clerk, at(cast), kind="member", member=member(cast, "Sam Okafor"))
    (token,) = links(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert "<svg" in page.text
    (kept,) = places(cast)
    assert (kept.token, kept.kind) == (token_hash(token), MEMBER)
    assert token not in clerk.get(at(cast)).text
    assert "Sam Okafor" in cast.resident().get(f"/microphone/{token}").text


def test_each_kind_of_place(cast: Cast) -> None:
    hear(cast)
    ana = member(cast, "Ana Ruiz")
    for fields in (
        {"kind": "chair", "member": ana},
        {"kind": "room"},
        {"kind": "interpreter", "language": "es", "name": "Lia"},
        {"kind": "staff", "name": "City attorney", "member": ana},
    ):
        assert send_place(cast, **fields).status_code == 200
    assert [(each.kind, each.member_id, each.name, each.language) for each in places(cast)] == [
        (CHAIR, ana, "", ""), (ROOM, None, "", ""), (INTERPRETER, None, "Lia", "es"),
        (STAFF, None, "City attorney", ""),
    ]  # fmt: skip
    page = cast.clerk.get(at(cast)).text
    for words in ("Ana Ruiz", "The room's own sound", "Lia", "Spanish", "City attorney"):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({}, "kind", "Please choose one of the answers."),
        ({"kind": "trumpet"}, "kind", "Please choose one of the answers."),
        ({"kind": "member"}, "member", "Please choose who sits there."),
        ({"kind": "member", "member": "nobody"}, "member", "Please choose one of the answers."),
        ({"kind": "staff"}, "name", "Please fill this in."),
        ({"kind": "staff", "name": "x" * 81}, "name", "This is 81 characters long"),
        ({"kind": "interpreter"}, "language", "Please choose one of the answers."),
        ({"kind": "interpreter", "language": "klingon"}, "language", "Please choose one of the answers."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, fields: dict[str, str], name: str, sentence: str
) -> None:
    hear(cast)
    answer = send_place(cast, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text.split(f'id="f-{name}-error"', 1)[1].split("</p>", 1)[0]
    assert places(cast) == []


def test_the_whole_body_gets_its_links_on_one_page(cast: Cast) -> None:
    hear(cast)
    page = cast.clerk.post(at(cast, "/body"), data={"key": "k"})
    tokens = links(page.text)
    made = places(cast)
    assert [(each.kind, each.token) for each in made] == [
        (CHAIR, token_hash(tokens[0])), (MEMBER, token_hash(tokens[1])),
    ]  # fmt: skip
    copied = page.text.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    assert f"Ana Ruiz: http://testserver/microphone/{tokens[0]}\n" in copied
    assert f"Sam Okafor: http://testserver/microphone/{tokens[1]}\n" in copied
    assert cast.clerk.post(at(cast, "/body"), data={"key": "l"}).status_code == 409


def test_closing_opening_and_ending_come_back_to_the_page(cast: Cast) -> None:
    hear(cast)
    page = send_place(cast, kind="room")
    (token,), (room,) = links(page.text), places(cast)
    for act in ("closing", "opening"):
        answer = cast.clerk.post(at(cast, f"/{room.id}/{act}"), data={"to": "microphones"})
        assert (answer.status_code, answer.headers["location"]) == (303, at(cast))
    assert cast.clerk.post(at(cast, f"/{room.id}/removal")).headers["location"] == at(cast)
    assert places(cast) == []
    assert cast.resident().get(f"/microphone/{token}").status_code == 404
    assert cast.clerk.post(at(cast, f"/{room.id}/removal")).status_code == 404


def test_captions_are_turned_off_and_on(cast: Cast) -> None:
    hear(cast)
    url = f"/clerk/meetings/{cast.city.meeting.id}/captions"
    for wanted, words in (("no", "They are off."), ("yes", "They are on.")):
        assert cast.clerk.post(url, data={"wanted": wanted}).headers["location"] == at(cast)
        assert words in cast.clerk.get(at(cast)).text
    assert cast.clerk.post(url, data={"wanted": "yes"}).status_code == 409


def test_after_the_meeting_nothing_can_be_made(cast: Cast) -> None:
    hear(cast)
    cast.db.write_now(
        lambda db: meeting_actions.adjourn_meeting(db, db.get_one(Meeting, cast.city.meeting.id), by=SYSTEM)
    )
    page = cast.clerk.get(at(cast)).text
    assert "Make a place" not in page
    assert "There is no track" in page
    assert send_place(cast, kind="room").status_code == 409


def test_afterwards_each_channel_can_be_taken_along_under_its_name(cast: Cast) -> None:
    hear(cast)

    def record_all(db: Session) -> dict[int, str]:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        actions.make_place(db, meeting, ROOM, by=SYSTEM)
        attorney, _ = actions.make_place(db, meeting, STAFF, by=SYSTEM, name="City attorney")
        actions.end_place(db, attorney, by=SYSTEM)
        meeting_actions.adjourn_meeting(db, meeting, by=SYSTEM)
        return {channel: make.track(db, meeting, channel=channel).id for channel in (1, 2, 3)}

    made = cast.db.write_now(record_all)
    page = cast.clerk.get(at(cast)).text.split('id="tracks-heading"', 1)[1].split("</section>", 1)[0]
    rows = [row.split("</li>", 1)[0] for row in page.split("<li>")[1:]]
    for row, channel, name in zip(
        rows, (1, 2, 3), ("Whoever had the floor", "The room's own sound", "City attorney"), strict=True
    ):
        assert f"<bdi>{name}</bdi>" in row
        assert f"Channel {channel}, 1:00" in row
        assert f'href="/clerk/meetings/{cast.city.meeting.id}/tracks/{made[channel]}"' in row


def test_ten_places_cost_as_many_queries_as_one(cast: Cast) -> None:
    """On the page of the microphones, the console and the chair's page."""
    hear(cast)
    of, client = cast.city.meeting.id, cast.clerk
    pages = (at(cast), f"/clerk/meetings/{of}/console", f"/chair/meetings/{of}")

    def add(count: int) -> None:
        def work(db: Session) -> None:
            meeting = db.get_one(Meeting, of)
            for each in make.council(db, meeting.body, *(f"M{n}" for n in range(count))):
                actions.make_place(db, meeting, MEMBER, by=SYSTEM, member=each)

        cast.db.write_now(work)

    add(1)
    few = [queries_for(cast, client, page) for page in pages]
    add(9)
    assert [queries_for(cast, client, page) for page in pages] == few


# Where the meeting is heard.

DETAILS = {
    "title": "Regular meeting", "kind": "regular", "starts_at": "2026-12-07T18:30", "language": "en",
    "zone": "America/Los_Angeles", "speaking_s": "3",
}  # fmt: skip


def drafted(cast: Cast, url: str = "/clerk/meetings/new", **over: str) -> str:
    answer = send(cast.clerk, url, **DETAILS | {"body": cast.city.body.id} | over)
    assert answer.status_code == 303
    return str(answer.headers["location"]).split("/")[3]


def carries_sound(cast: Cast, meeting_id: str) -> bool:
    return cast.read(lambda db: db.get_one(Meeting, meeting_id).carries_sound)


def change(cast: Cast, meeting_id: str, heard: str) -> Any:
    url = f"/clerk/meetings/{meeting_id}/details"
    seen = cast.clerk.get(url).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    fields = {name: DETAILS[name] for name in ("title", "kind", "speaking_s")}
    return send(cast.clerk, url, seen=seen, carries_sound=heard, **fields)


def checked(page: str) -> str:
    """The value of the radio that is chosen."""
    asked = page.split("Where is the meeting heard?", 1)[1].split("</fieldset>", 1)[0]
    return asked.split(" checked", 1)[0].rsplit('value="', 1)[1].split('"', 1)[0]


def test_a_new_meeting_is_heard_elsewhere_unless_it_is_chosen(cast: Cast) -> None:
    assert checked(cast.clerk.get("/clerk/meetings/new").text) == "elsewhere"
    assert not carries_sound(cast, drafted(cast))
    chosen = drafted(cast, carries_sound="here")
    assert carries_sound(cast, chosen)
    entry = cast.read(lambda db: record.after(db, chosen, 0)[0])
    assert entry.facts["carries_sound"] is True


def test_the_next_meeting_is_heard_where_the_former_was(cast: Cast) -> None:
    former = drafted(cast, carries_sound="here")
    assert checked(cast.clerk.get(f"/clerk/meetings/new?from={former}").text) == "here"


def test_a_wrong_choice_stands_beside_its_field(cast: Cast) -> None:
    answer = send(cast.clerk, "/clerk/meetings/new", **DETAILS, body=cast.city.body.id, carries_sound="no")
    assert answer.status_code == 422
    assert "Please choose one of the answers." in answer.text.split('id="f-carries_sound-error"', 1)[1][:200]


def test_after_publication_everyone_sees_the_change(cast: Cast) -> None:
    made = drafted(cast)
    cast.db.write_now(lambda db: meeting_actions.publish_meeting(db, db.get_one(Meeting, made), by=SYSTEM))
    assert change(cast, made, "here").status_code == 303
    assert carries_sound(cast, made)
    kept = cast.read(lambda db: db.query(Amendment).filter_by(meeting_id=made, field="carries_sound").one())
    assert (kept.before, kept.after) == ("False", "True")
    page = cast.resident().get(f"/meetings/{made}").text
    told = page.split("Changes since publication", 1)[1]
    assert "In the room, or in our own conference" in told
    assert "In this page: residents listen and speak here, and it is recorded" in told


def test_while_it_runs_sound_is_turned_on_and_never_off(cast: Cast) -> None:
    of = cast.city.meeting.id
    assert change(cast, of, "here").status_code == 303
    assert carries_sound(cast, of)
    assert "Where is the meeting heard?" not in cast.clerk.get(f"/clerk/meetings/{of}/details").text
    answer = change(cast, of, "elsewhere")
    assert answer.status_code == 422
    assert "The meeting has begun: this can no longer be changed." in answer.text
    assert carries_sound(cast, of)


def test_every_kind_of_place_has_its_radio(cast: Cast) -> None:
    hear(cast)
    page = cast.clerk.get(at(cast)).text
    assert [kind for kind in KINDS if f'name="kind" value="{kind}"' not in page] == []
