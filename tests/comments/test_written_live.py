"""Written comments as they are pushed: the same as on the page, and never a withheld word."""

import json
from typing import Any

from comments.written import actions
from comments.written.models import Comment
from comments.written.search import comment as indexed
from engage import record
from engage.push.hub import Hub
from engage.record import Entry
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, comment, send

ORIGIN = {"origin": "http://testserver"}


def add(cast: Cast, **over: Any) -> Comment:
    return cast.db.write_now(lambda db: comment(db, cast.city.meeting, cast.city.item, **over))


def withhold(cast: Cast, one: Comment) -> None:
    cast.db.write_now(
        lambda db: actions.withhold_comment(
            db, db.get_one(Comment, one.id), by=SYSTEM, reason="It names a child."
        )
    )


def panel(cast: Cast, lang: str = "en") -> str:
    hub: Hub = cast.state.hub
    return cast.read(lambda db: hub.newsroom.panels["comments"].html(db, cast.city.meeting.id, lang))


def watch(cast: Cast) -> Any:
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    url = f"/meetings/{cast.city.meeting.id}/live?since={since}"
    return cast.anyone.websocket_connect(url, headers=ORIGIN)


def test_a_new_comment_is_pushed_as_the_page_has_it(cast: Cast) -> None:
    with watch(cast) as socket:
        socket.receive_text()
        send(
            cast.resident(),
            f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment",
            name="محمد",
            position="oppose",
            text="Not here.",
        )
        content = json.loads(socket.receive_text())["content"]
    assert "<bdi>محمد</bdi>" in content
    assert "Not here." in content
    assert panel(cast) in content
    assert panel(cast) in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_what_is_withheld_leaves_every_open_page(cast: Cast) -> None:
    one = add(cast, name="Rude Person", text="Some secret words.")
    assert "Some secret words." in panel(cast)
    with watch(cast) as socket:
        socket.receive_text()
        withhold(cast, one)
        pushed = socket.receive_text()
    assert 'id=\\"panel-comments\\"' in pushed
    assert "secret words" not in pushed
    assert "Rude Person" not in pushed
    assert "(1)" in json.loads(pushed)["content"]


def test_who_comes_back_later_does_not_get_it_either(cast: Cast) -> None:
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    withhold(cast, add(cast, name="Rude Person", text="Some secret words."))
    url = f"/meetings/{cast.city.meeting.id}/live?since={since}"
    with cast.anyone.websocket_connect(url, headers=ORIGIN) as socket:
        caught_up = socket.receive_text()
    assert 'id=\\"panel-comments\\"' in caught_up
    assert "secret words" not in caught_up
    assert "Rude Person" not in caught_up


def test_a_long_comment_is_pushed_as_its_beginning(cast: Cast) -> None:
    add(cast, text="word " * 600)
    assert len(panel(cast)) < 3000


def test_the_panel_goes_with_the_last_chance_to_comment(cast: Cast) -> None:
    def close(db: Any) -> None:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        meeting.comments_until = meeting.opened_at

    assert "Nobody has written a comment yet." in panel(cast)
    cast.db.write_now(close)
    assert panel(cast) == '<div id="panel-comments" class="panel" data-panel></div>'
    cast.db.write_now(lambda db: setattr(db.get_one(Meeting, cast.city.meeting.id), "comments_until", None))
    add(cast)
    cast.db.write_now(close)
    assert "Build it." in panel(cast)
    assert "Comment on something else" not in panel(cast)


def test_search_is_told_to_forget_what_is_withheld(cast: Cast) -> None:
    one = add(cast, text="Some secret words.")

    def change(db: Any) -> Any:
        entry = db.get_one(Entry, (cast.city.meeting.id, record.head(db, cast.city.meeting.id).seq))
        return indexed(db, entry)

    assert [each.text for each in cast.read(change).put] == ["Some secret words."]
    withhold(cast, one)
    changes = cast.read(change)
    assert (changes.put, changes.remove) == ([], [f"comment:{one.id}"])
