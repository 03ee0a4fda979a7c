"""The clerk's desk, and a meeting's details."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import clock
from meetings import actions
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast, kinds, send

DETAILS = {
    "title": "Regular meeting of December 7",
    "kind": "special",
    "starts_at": "2026-12-07T18:30",
    "zone": "America/Los_Angeles",
    "place": "Council Chambers\n100 Main Street",
    "language": "es",
    "speaking_s": "1:30",
    "comments_until": "2026-12-07T12:00",
    "conference_url": "https://video.example.org/j/1",
    "phone": "+1 555 0142",
    "phone_code": "77#",
    "stream_url": "http://tv.example.org",
}


def draft(cast: Cast, client: TestClient, url: str = "/clerk/meetings/new", **over: str) -> Any:
    return send(client, url, **{"body": cast.city.body.id} | DETAILS | over)


def drafted(cast: Cast, client: TestClient, **over: str) -> str:
    answer = draft(cast, client, **over)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).split("/")[3]


def meeting(cast: Cast, meeting_id: str) -> Meeting:
    found: Meeting = cast.read(lambda db: db.get_one(Meeting, meeting_id))
    return found


def count(cast: Cast) -> int:
    found: int = cast.read(lambda db: db.scalar(select(func.count()).select_from(Meeting)))
    return found


def test_the_desk_groups_what_is_mine(cast: Cast) -> None:
    def more(db: Session) -> None:
        other = db.get_one(type(cast.city.body), cast.city.other_body.id)
        mine = db.get_one(type(cast.city.body), cast.city.body.id)
        make.meeting(db, other, state="published", title="Not mine")
        make.meeting(db, mine, state="published", title="Soon")
        make.meeting(db, mine, state="adjourned", title="Long ago")

    cast.db.write_now(more)
    shown = cast.clerk.get("/clerk").text
    assert "Not mine" not in shown
    places = [shown.index(words) for words in (
        ">Live now</h2>", ">Regular meeting</a>", ">Upcoming</h2>", ">Soon</a>",
        ">Drafts</h2>", ">Not public yet</a>", ">Past</h2>", ">Long ago</a>",
    )]  # fmt: skip
    assert places == sorted(places)
    live = f"/clerk/meetings/{cast.city.meeting.id}"
    for link in (
        f"{live}/console",
        f"{live}/agenda",
        f"{live}/comments",
        f"/meetings/{cast.city.meeting.id}",
    ):
        assert f'href="{link}"' in shown


def test_an_empty_desk_says_what_to_do(cast: Cast) -> None:
    shown = cast.signed_in("stranger").get("/clerk").text
    assert "There is no meeting yet." in shown
    assert 'href="/clerk/meetings/new"' in shown


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999"])
def test_the_desk_has_no_page_that_breaks_it(cast: Cast, page: str) -> None:
    assert cast.clerk.get(f"/clerk?page={page}").status_code == 200


def test_the_past_comes_in_pages(cast: Cast) -> None:
    def more(db: Session) -> None:
        mine = db.get_one(type(cast.city.body), cast.city.body.id)
        for n in range(21):
            make.meeting(
                db, mine, state="adjourned", title=f"Past {n:02}", starts_at=make.EPOCH + n * make.MINUTE
            )

    cast.db.write_now(more)
    clerk = cast.clerk
    first, second = clerk.get("/clerk").text, clerk.get("/clerk?page=2").text
    assert ("Past 20" in first, "Past 00" in first, "/clerk?page=2" in first) == (True, False, True)
    assert ("Past 20" in second, "Past 00" in second, "/clerk?page=3" in second) == (False, True, False)


def test_a_draft_has_all_its_details(cast: Cast) -> None:
    made = meeting(cast, drafted(cast, cast.clerk))
    assert (made.state, made.body_id, made.title) == ("draft", cast.city.body.id, DETAILS["title"])
    assert clock.text(made.starts_at) == "2026-12-08T02:30:00.000Z"
    assert clock.text(made.comments_until or make.EPOCH) == "2026-12-07T20:00:00.000Z"
    assert (made.kind, made.language, made.speaking_s, made.place) == (
        "special", "es", 90, "Council Chambers\n100 Main Street",
    )  # fmt: skip
    assert (made.conference_url, made.phone, made.phone_code, made.stream_url) == (
        "https://video.example.org/j/1", "+1 555 0142", "77#", "http://tv.example.org",
    )  # fmt: skip
    assert cast.anyone.get(f"/meetings/{made.id}").status_code == 404


def test_the_form_shows_again_what_is_kept(cast: Cast) -> None:
    clerk = cast.clerk
    shown = clerk.get(f"/clerk/meetings/{drafted(cast, clerk)}/details").text
    for value in DETAILS.values():
        assert value in shown or f'value="{value}" selected' in shown


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("title", "", "Please fill this in."),
        ("title", "x" * 10_000, "10000 characters long"),
        ("body", "unknown", "Please choose one of the answers."),
        ("kind", "party", "Please choose one of the answers."),
        ("starts_at", "", "Please give a date and a time"),
        ("starts_at", "tomorrow", "Please give a date and a time"),
        ("starts_at", "2026-03-08T02:30", "leave this time out"),
        ("zone", "Pacific", "There is no time zone with this name."),
        ("conference_url", "javascript:alert(1)", "begins with https://"),
        ("stream_url", "tv.example.org", "begins with https://"),
        ("speaking_s", "long", "Please give minutes"),
        ("speaking_s", "90:00", "Please give minutes"),
        ("comments_until", "never", "Please give a date and a time"),
        ("language", "xx", "Please choose one of the answers."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, field: str, typed: str, complaint: str
) -> None:
    before = count(cast)
    answer = draft(cast, cast.clerk, **{field: typed})
    assert answer.status_code == 422
    assert complaint in answer.text
    kept = {
        name: value for name, value in DETAILS.items() if name != field and name not in ("kind", "language")
    }
    assert [name for name, value in kept.items() if value not in answer.text] == []
    assert count(cast) == before


def test_a_title_from_right_to_left_is_one(cast: Cast) -> None:
    clerk = cast.clerk
    made = drafted(cast, clerk, title="اجتماع المجلس")
    assert 'dir="auto">اجتماع المجلس</h1>' in clerk.get(f"/clerk/meetings/{made}").text


def test_a_time_that_comes_twice_is_asked_for(cast: Cast) -> None:
    clerk = cast.clerk
    answer = draft(cast, clerk, starts_at="2026-11-01T01:30")
    assert answer.status_code == 422
    assert "Which of the two?" in answer.text
    made = meeting(cast, drafted(cast, clerk, starts_at="2026-11-01T01:30", starts_at_turn="2"))
    assert clock.text(made.starts_at) == "2026-11-01T09:30:00.000Z"
    shown = clerk.get(f"/clerk/meetings/{made.id}/details").text
    assert 'name="starts_at_turn" value="2" checked' in shown


def test_a_past_date_is_taken_with_a_word_of_warning(cast: Cast) -> None:
    clerk = cast.clerk
    made = drafted(cast, clerk, starts_at="2020-01-06T18:30")
    assert "This date is in the past" in clerk.get(f"/clerk/meetings/{made}").text
    assert "The date is in the past." in clerk.get(f"/clerk/meetings/{made}/publication").text


def test_a_form_sent_twice_drafts_one_meeting(cast: Cast) -> None:
    clerk = cast.clerk
    page = clerk.get("/clerk/meetings/new").text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    sent = {"key": key, "body": cast.city.body.id} | DETAILS
    before = count(cast)
    answers = [clerk.post("/clerk/meetings/new", data=sent).headers["location"] for _ in range(2)]
    assert (answers[0], count(cast)) == (answers[1], before + 1)


def test_a_clerk_drafts_for_their_own_body_only(cast: Cast) -> None:
    answer = draft(cast, cast.clerk, body=cast.city.other_body.id)
    assert answer.status_code == 422


def test_a_draft_is_edited_whole(cast: Cast) -> None:
    clerk = cast.clerk
    made = drafted(cast, clerk)
    url = f"/clerk/meetings/{made}/details"
    seen = clerk.get(url).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    answer = draft(cast, clerk, url, seen=seen, title="Another title", place="", language="en")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/clerk/meetings/{made}")
    changed = meeting(cast, made)
    assert (changed.title, changed.place, changed.language) == ("Another title", "", "en")
    assert cast.read(lambda db: kinds(db, made)) == ["meeting.drafted", "meeting.changed"]


def test_two_clerks_at_once_lose_nothing(cast: Cast) -> None:
    clerk, admin = cast.clerk, cast.signed_in("admin")
    made = drafted(cast, clerk)
    url = f"/clerk/meetings/{made}/details"
    seen = clerk.get(url).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    assert draft(cast, admin, url, seen=seen, title="Theirs").status_code == 303
    conflict = draft(cast, clerk, url, seen=seen, title="Mine")
    assert conflict.status_code == 409
    assert ("Theirs" in conflict.text, "Mine" in conflict.text) == (True, True)
    assert meeting(cast, made).title == "Theirs"
    again = conflict.text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    assert draft(cast, clerk, url, seen=again, title="Mine").status_code == 303
    assert meeting(cast, made).title == "Mine"


def test_a_published_meeting_keeps_time_and_place_but_through_a_move(cast: Cast) -> None:
    url = f"/clerk/meetings/{cast.city.meeting.id}/details"
    clerk = cast.clerk
    page = clerk.get(url).text
    assert ('name="starts_at"' in page, 'name="body"' in page, "/move" in page) == (False, False, True)
    seen = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    before = meeting(cast, cast.city.meeting.id)
    answer = send(
        clerk, url, seen=seen, title="New title", kind="regular", speaking_s="2", starts_at="2030-01-01T10:00"
    )
    assert answer.status_code == 303
    after = meeting(cast, cast.city.meeting.id)
    assert (after.title, after.speaking_s, after.starts_at) == ("New title", 120, before.starts_at)


def test_a_new_meeting_after_a_former_one(cast: Cast) -> None:
    clerk = cast.clerk
    url = f"/clerk/meetings/new?from={cast.city.meeting.id}"
    page = clerk.get(url).text
    assert 'value="Regular meeting"' in page
    answer = draft(cast, clerk, url, **{"from": cast.city.meeting.id})
    made = answer.headers["location"].split("/")[3]
    assert answer.headers["location"] == f"/clerk/meetings/{made}/agenda"
    shown = clerk.get(answer.headers["location"]).text
    assert ("Bike lane" in shown, "Library hours" in shown) == (True, True)
    assert cast.read(lambda db: kinds(db, made)) == ["meeting.drafted", *["item.added"] * 2, "meeting.copied"]


def test_the_next_meeting_is_on_the_same_weekday_at_the_same_time(cast: Cast) -> None:
    def past(db: Session) -> str:
        mine = db.get_one(type(cast.city.body), cast.city.body.id)
        return make.meeting(db, mine, state="adjourned", starts_at=make.EPOCH).id

    former = cast.db.write_now(past)
    assert cast.clerk.get("/clerk/meetings/new?from=unknown").status_code == 404
    with clock.set_to(make.EPOCH + 20 * 24 * 60 * make.MINUTE):
        page = cast.signed_in("clerk").get(f"/clerk/meetings/new?from={former}").text
    assert 'value="2026-12-14T10:00"' in page


@pytest.mark.parametrize(
    "path", ["", "/details", "/agenda", "/agenda/paste", "/publication", "/cancellation", "/move"]
)
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    stranger, url = cast.signed_in("stranger"), f"/clerk/meetings/{cast.city.draft.id}{path}"
    assert stranger.get(url).status_code == 404
    assert cast.clerk.get(url).status_code == 200
    assert cast.clerk.get(f"/clerk/meetings/unknown{path}").status_code == 404
    if path:
        assert stranger.post(url, data={}).status_code == 404


def test_a_cancelled_meeting_is_seen_but_not_edited(cast: Cast) -> None:
    def cancelled(db: Session) -> str:
        mine = db.get_one(type(cast.city.body), cast.city.body.id)
        made = make.meeting(db, mine, state="published")
        actions.cancel_meeting(db, made, by=SYSTEM, notice="No quorum.")
        return made.id

    made = cast.db.write_now(cancelled)
    clerk = cast.clerk
    page = clerk.get(f"/clerk/meetings/{made}").text
    assert ("No quorum." in page, f"{made}/details" in page, f"{made}/move" in page) == (True, False, False)
    seen = (
        clerk.get(f"/clerk/meetings/{made}/details").text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    )
    answer = send(
        clerk, f"/clerk/meetings/{made}/details", seen=seen, title="x", kind="regular", speaking_s="3"
    )
    assert answer.status_code == 409
