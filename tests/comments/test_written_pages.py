"""Residents write and read comments, through the real app."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from comments.written import actions
from comments.written.models import Comment
from engage import clock
from engage.people import Participant
from engage.record import Entry
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, comment, kinds, meeting, queries_for, send


def form_of(cast: Cast, item: str = "") -> str:
    return f"/meetings/{cast.city.meeting.id}/items/{item or cast.city.item.id}/comment"


def list_of(cast: Cast) -> str:
    return f"/meetings/{cast.city.meeting.id}/comments"


def write(cast: Cast, client: Any = None, item: str = "", **fields: str) -> Any:
    words = {"name": "Ana", "position": "support", "text": "Build it."} | fields
    return send(client or cast.resident(), form_of(cast, item), **words)


def comments(cast: Cast) -> list[Comment]:
    return list(cast.read(lambda db: db.scalars(select(Comment).order_by(Comment.number)).all()))


def add(cast: Cast, **over: Any) -> Comment:
    on = over.pop("on", cast.city.item)
    return cast.db.write_now(lambda db: comment(db, cast.city.meeting, on, **over))


def close(cast: Cast, minutes: int = -1) -> None:
    def work(db: Any) -> None:
        until = clock.now() + timedelta(minutes=minutes)
        db.get_one(Meeting, cast.city.meeting.id).comments_until = until

    cast.db.write_now(work)


def test_sending_leads_to_the_comments_place_with_its_receipt(cast: Cast) -> None:
    resident = cast.resident()
    answer = write(cast, resident, text="Build a curb.\n\nPlease.")
    (made,) = comments(cast)
    at = f"{list_of(cast)}?received={made.id}#comment-{made.id}"
    assert (answer.status_code, answer.headers["location"]) == (303, at)
    page = resident.get(at).text
    entry = cast.read(lambda db: db.get_one(Entry, (cast.city.meeting.id, made.entry)))
    place = page.split(f'id="comment-{made.id}"', 1)[1].split("</article>", 1)[0]
    assert f"Received as entry {entry.seq}." in place
    assert f">{entry.hash[:8]}<" in place
    assert "<p>Build a curb.</p><p>Please.</p>" in place
    assert entry.kind == "comment.received"


def test_the_form_says_that_names_are_public_and_until_when(cast: Cast) -> None:
    close(cast, minutes=60)
    page = cast.resident().get(form_of(cast)).text
    assert "Names are public." in page
    assert "Written comments are taken until" in page
    assert 'data-most="3000"' in page


@pytest.mark.parametrize("name", ["", "محمد العربي", "Ana <b>& Co</b>", "A" * 80])
def test_names_as_people_write_them(cast: Cast, name: str) -> None:
    assert write(cast, name=name).status_code == 303
    page = cast.anyone.get(list_of(cast)).text
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert (f"<bdi>{escaped}</bdi>" if name else "A person without a name") in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Please fill this in."),
        (" \n\t ", "Please fill this in."),
        ("é" * 3001, "This is 3001 characters long; at most 3000 fit."),
        ("x" * 10_000, "This is 10000 characters long; at most 3000 fit."),
    ],
)
def test_a_text_that_does_not_fit_comes_back_with_everything_typed(
    cast: Cast, text: str, message: str
) -> None:
    answer = write(cast, name="Ana Morales", position="oppose", text=text)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Ana Morales"' in answer.text
    assert re.search(r'value="oppose" checked', answer.text)
    assert f">\n{text}</textarea>" in answer.text
    assert comments(cast) == []


def test_three_thousand_characters_fit(cast: Cast) -> None:
    assert write(cast, text="🚲" * 3000).status_code == 303
    assert len(comments(cast)[0].text) == 3000


def test_general_comment_takes_no_position(cast: Cast) -> None:
    assert 'name="position"' not in cast.resident().get(form_of(cast, "general")).text
    assert write(cast, item="general", position="support").status_code == 303
    (made,) = comments(cast)
    assert (made.item_id, made.position) == (None, "none")


def test_an_unknown_position_is_not_taken(cast: Cast) -> None:
    answer = write(cast, position="furious")
    assert (answer.status_code, comments(cast)) == (422, [])


def test_a_double_click_is_one_comment(cast: Cast) -> None:
    resident = cast.resident()
    fields = {"key": "the-same", "position": "none", "text": "Once."}
    resident.get(form_of(cast))
    first, second = (resident.post(form_of(cast), data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert [each.text for each in comments(cast)] == ["Once."]
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("comment.received") == 1


def test_without_a_cookie_nothing_is_taken(cast: Cast) -> None:
    answer = cast.resident().post(form_of(cast), data={"key": "k", "position": "none", "text": "x"})
    assert (answer.status_code, comments(cast)) == (409, [])


def test_after_the_cut_off_the_page_says_when_it_was(cast: Cast) -> None:
    close(cast)
    page = cast.resident().get(form_of(cast)).text
    assert "Written comments were taken until" in page
    assert re.search(r"until \w+, \w+ \d+, 20\d\d, \d+:\d\d\s[AP]M P[DS]T\.", page)
    assert "<textarea" not in page


def test_what_was_typed_across_the_cut_off_is_not_lost(cast: Cast) -> None:
    resident = cast.resident()
    key = resident.get(form_of(cast)).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    close(cast)
    fields = {"key": key, "name": "Ana", "position": "support", "text": "An hour's work."}
    answer = resident.post(form_of(cast), data=fields)
    assert answer.status_code == 409
    assert "What you wrote was not sent." in answer.text
    assert "Written comments were taken until" in answer.text
    assert "An hour&#39;s work.</textarea>" in answer.text
    assert comments(cast) == []
    assert cast.read(lambda db: db.scalars(select(Participant)).all()) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_items_of_other_meetings_drafts_and_nothing_are_all_not_found(cast: Cast, method: str) -> None:
    other = cast.db.write_now(lambda db: meeting(db, cast.city.body))
    here, item = cast.city.meeting.id, cast.city.item.id
    resident = cast.resident()
    resident.get(form_of(cast))
    for url in (
        f"/meetings/{other.id}/items/{item}/comment",
        f"/meetings/{cast.city.draft.id}/items/general/comment",
        f"/meetings/{here}/items/nothing/comment",
        f"/meetings/nothing/items/{item}/comment",
    ):
        data = {"key": "k", "position": "none", "text": "x"} if method == "POST" else None
        cookie = {"Cookie": f"p_{url.split('/')[2]}=token"}
        assert resident.request(method, url, data=data, headers=cookie).status_code == 404, url
    assert resident.get(f"/meetings/{cast.city.draft.id}/comments").status_code == 404
    assert comments(cast) == []


def test_another_meetings_receipt_is_not_shown(cast: Cast) -> None:
    other = cast.db.write_now(lambda db: comment(db, meeting(db, cast.city.body)))
    add(cast)
    page = cast.anyone.get(f"{list_of(cast)}?received={other.id}")
    assert page.status_code == 200
    assert "Received as entry" not in page.text


def test_a_withheld_comment_shows_its_number_and_the_reason_and_nothing_else(cast: Cast) -> None:
    made = add(cast, name="Rude Person", text="Some secret words.", position="oppose")
    pages = (list_of(cast), f"{list_of(cast)}?received={made.id}", f"/meetings/{cast.city.meeting.id}")
    assert all("Some secret words." in cast.anyone.get(url).text for url in pages)
    cast.db.write_now(
        lambda db: actions.withhold_comment(
            db, db.get_one(Comment, made.id), by=SYSTEM, reason="It names a child."
        )
    )
    for url in pages:
        page = cast.anyone.get(url).text
        assert "secret words" not in page
        assert "Rude Person" not in page
    page = cast.anyone.get(list_of(cast)).text
    assert "Comment 1" in page
    assert "Withheld by the clerk:" in page
    assert "It names a child." in page
    assert "1 comment" in page


def test_an_empty_list_says_so(cast: Cast) -> None:
    page = cast.anyone.get(list_of(cast))
    assert (page.status_code, "Nobody has written a comment yet." in page.text) == (200, True)


@pytest.mark.parametrize("typed", ["0", "-1", "x", "٣", "99999999999999", ""])
def test_a_page_number_that_makes_no_sense_is_the_nearest_page(cast: Cast, typed: str) -> None:
    add(cast)
    page = cast.anyone.get(list_of(cast), params={"page": typed})
    assert (page.status_code, "Build it." in page.text) == (200, True)


@pytest.mark.parametrize("where", ["list", "room", "clerk", "print", "console"])
def test_more_comments_do_not_cost_more_queries(cast: Cast, where: str) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}"
    url = {
        "list": list_of(cast),
        "room": f"/meetings/{cast.city.meeting.id}",
        "clerk": f"{at}/comments",
        "print": f"{at}/comments/print",
        "console": f"{at}/console",
    }[where]
    client = cast.clerk
    counts = []
    for more in (1, 2):
        for _ in range(more):
            add(cast, on=cast.city.item, position="support")
            add(cast, on=cast.city.second)
            add(cast, on=None)
        counts.append(queries_for(cast, client, url))
    assert counts[0] == counts[1] > 0
