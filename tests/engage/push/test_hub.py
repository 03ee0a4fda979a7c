"""The push, through real sockets: the same panels as the page, in the page's language, nothing missed."""

import json
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode

from comments.queue import actions, listing
from engage import people, record
from engage.push.frames import wire
from engage.push.hub import Hub
from engage.push.panels import MEETING, Panel
from engage.record import Cursor
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, send

ORIGIN = {"origin": "http://testserver"}


def socket(cast: Cast, client: Any = None, *, at: str = "/meetings", **query: str) -> Any:
    url = f"{at}/{cast.city.meeting.id}/live?" + "&".join(f"{k}={v}" for k, v in query.items())
    return (client or cast.anyone).websocket_connect(url, headers=ORIGIN)


def cursor_of(cast: Cast) -> str:
    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    return page.split('data-since="', 1)[1].split('"', 1)[0]


def join(cast: Cast, name: str = "Ana") -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    return send(cast.resident(), url, name=name, mode="remote")


def frame(ws: Any) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(ws.receive_text())
    return message


def test_what_is_pushed_is_what_the_page_shows(cast: Cast) -> None:
    with socket(cast, since=cursor_of(cast)) as ws:
        frame(ws)
        join(cast)
        pushed = frame(ws)

    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    panels = [part.split(">", 1)[1] for part in pushed["content"].split("</hx-partial>") if part]
    assert len(panels) >= 2
    assert all(panel in page for panel in panels)
    assert "Ana" in pushed["content"]
    assert pushed["since"] == cursor_of(cast)


def test_a_page_that_was_away_gets_the_panels_that_changed(cast: Cast) -> None:
    before = cursor_of(cast)
    join(cast)
    with socket(cast, since=before) as ws:
        caught_up = frame(ws)["content"]
    with socket(cast, since=cursor_of(cast)) as ws:
        assert frame(ws)["content"] == ""

    assert 'id="panel-queue"' in caught_up
    assert 'id="panel-status"' not in caught_up


@pytest.mark.parametrize("since", ["", "nonsense", "3-00000000", "9999-abcdef01"])
def test_a_cursor_that_the_book_does_not_know_gets_every_panel(cast: Cast, since: str) -> None:
    with socket(cast, since=since) as ws:
        content = frame(ws)["content"]
    panels = cast.state.hub.newsroom.panels.values()
    assert all((f'id="panel-{each.name}"' in content) == (each.page == MEETING) for each in panels)


def test_each_page_is_pushed_to_in_its_own_language(cast: Cast) -> None:
    since = cursor_of(cast)
    with socket(cast, since=since, lang="en") as english, socket(cast, since=since, lang="es") as spanish:
        frame(english), frame(spanish)
        join(cast, "")
        words = {"en": frame(english)["content"], "es": frame(spanish)["content"]}
    assert "Waiting to speak" in words["en"]
    assert "Waiting to speak" not in words["es"]


def test_staff_are_told_that_something_changed_and_nothing_more(cast: Cast) -> None:
    with socket(cast, cast.clerk, at="/clerk/meetings", since=cursor_of(cast)) as ws:
        frame(ws)
        join(cast)
        nudge = frame(ws)
    assert nudge["nudge"] is True
    assert nudge["content"] == ""


@pytest.mark.parametrize("who", [None, "stranger"])
def test_the_clerks_socket_is_for_the_bodys_clerk(cast: Cast, who: str | None) -> None:
    client = cast.signed_in(who) if who else cast.resident()
    with pytest.raises(WebSocketDisconnect), socket(cast, client, at="/clerk/meetings"):
        pass


def test_a_draft_has_no_socket(cast: Cast) -> None:
    url = f"/meetings/{cast.city.draft.id}/live"
    with pytest.raises(WebSocketDisconnect), cast.anyone.websocket_connect(url, headers=ORIGIN):
        pass


def test_what_a_browser_sends_is_dropped(cast: Cast) -> None:
    with socket(cast, since=cursor_of(cast)) as ws:
        frame(ws)
        for junk in ("{", "\x00", "x" * 10_000, '{"request": "remove"}'):
            ws.send_text(junk)
        ws.send_bytes(b"\xff\xfe")
        join(cast)
        assert "Ana" in frame(ws)["content"]


def test_a_frame_names_the_requests_it_is_about(cast: Cast) -> None:
    def joined(db: Any) -> str:
        me = people.take_part(db, cast.city.meeting.id, None, name="Ben")
        return actions.join_queue(db, cast.city.meeting, None, me, by=me.actor, mode="remote").id

    with socket(cast, since=cursor_of(cast)) as ws:
        frame(ws)
        request_id = cast.db.write_now(joined)
        assert frame(ws)["names"] == [request_id]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 100_000])
def test_a_frame_on_the_wire_is_what_the_library_makes(size: int) -> None:
    payload = b"x" * size
    assert wire(payload) == WireFrame(Opcode.TEXT, payload).serialize(mask=False)


def test_a_panel_that_fails_once_is_made_up_for_at_the_next_push(cast: Cast) -> None:
    hub: Hub = cast.state.hub
    queue, failures = hub.newsroom.panels["queue"], [RuntimeError("once")]

    def load(db: Any, meeting_id: str) -> Any:
        if failures:
            raise failures.pop()
        return queue.load(db, meeting_id)

    hub.newsroom.panels["queue"] = Panel(queue.name, queue.template, load)
    before = cursor_of_head(cast)
    join(cast, "Ana")
    with socket(cast, since=before) as ws:
        join(cast, "Ben")
        content = frame(ws)["content"]
        while "Ben" not in content:  # the follower of the store may have woken the room before Ben came
            assert "Ana" in content
            content = frame(ws)["content"]
    assert ("Ana" in content, failures) == (True, [])


def cursor_of_head(cast: Cast) -> str:
    return str(cast.read(lambda db: record.head(db, cast.city.meeting.id)))


def test_pages_with_different_cursors_are_caught_up_by_one_reading(cast: Cast) -> None:
    """Each gets what it has missed; the entries are read once, for the oldest."""
    hub: Hub = cast.state.hub
    meeting, start = cast.city.meeting.id, Cursor.parse(cursor_of_head(cast))
    join(cast, "Ana")
    middle = Cursor.parse(cursor_of_head(cast))
    cast.db.write_now(lambda db: listing.close_queue(db, db.get_one(Meeting, meeting), by=SYSTEM))
    end, unknown = Cursor.parse(cursor_of_head(cast)), Cursor(1, "ffffffff")
    found = cast.read(lambda db: hub.newsroom.touched(db, meeting, {start, middle, end, unknown, None}))
    one_by_one = {}
    for each in found:
        one_by_one |= cast.read(lambda db: hub.newsroom.touched(db, meeting, {each}))  # noqa: B023 - called now
    assert found == one_by_one
    assert (len(found[start][1]), found[middle][1], found[end]) == (1, set(), (set(), set()))
    assert found[unknown] == found[None] == (set(hub.newsroom.panels), set())
