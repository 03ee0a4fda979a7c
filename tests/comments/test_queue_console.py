"""The queue on the console: what the next decision needs, on one page, at the same price for any crowd."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from comments.queue import actions, floor, listing, lists, queries
from comments.queue.console import what_if
from comments.queue.models import Request
from comments.queue.rules import Rules, time_needed
from engage import clock, people, record
from meetings.models import AgendaItem
from tests import make
from tests.comments.test_queue_clerk import act, ask, line
from tests.make import Cast, queries_for, send

ORIGIN = {"origin": "http://testserver"}


def console(cast: Cast) -> str:
    return cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console").text


class Forms(HTMLParser):
    """The fields of each form of the page, by the form's id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.under_way: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.under_way = self.found.setdefault(values.get("id", ""), {"": values["action"]})
        elif tag in ("input", "select") and "name" in values:
            self.under_way[values["name"]] = values.get("value", "")
        elif tag == "option" and "selected" in values:
            self.under_way["kind"] = values["value"]


def submit(cast: Cast, form: str, **typed: str) -> Any:
    """One of the console's inline forms, as a browser sends it with these fields filled in."""
    fields = Forms(console(cast)).found[form]
    url = fields.pop("")
    filled = {"mode": "in_person"} | {name: value for name, value in fields.items() if value} | typed
    return cast.clerk.post(url, data=filled)


def test_a_person_without_a_device_needs_a_name_and_no_more(cast: Cast) -> None:
    assert submit(cast, "add-form", name="Ana").status_code == 303
    assert [(one.name, one.mode, one.kind, one.stance) for one in line(cast)] == [
        ("Ana", "in_person", "comment", "")
    ]


def test_a_point_of_order_goes_first_and_its_words_are_for_staff(cast: Cast) -> None:
    ask(cast, "Ana")
    assert submit(cast, "point-form", name="Ben", note="The microphone is off").status_code == 303
    assert [(one.name, one.kind) for one in line(cast)] == [("Ben", "point"), ("Ana", "comment")]
    assert "The microphone is off" in console(cast)
    assert "The microphone is off" not in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_the_time_is_set_from_the_console_and_what_it_would_mean_stands_beside_it(cast: Cast) -> None:
    ask(cast, "Ana", "Ben", "Cleo")
    assert submit(cast, "times-form", limit_s="30").status_code == 303
    page = console(cast)
    assert page.split("3 × 30 min (now)", 1)[1].split("<td>", 1)[1].startswith("1 h 30 min")


def test_45_waiting_times_two_minutes_is_one_hour_thirty() -> None:
    waiting = [Request(kind="comment", wants_interpreter=False) for _ in range(45)]
    shown = {each.limit_s: each.needed_s for each in what_if(waiting, 180)}
    assert shown == {60: 2700, 120: 5400, 180: 8100, 300: 13_500}
    assert [each.limit_s for each in what_if(waiting, 90) if each.is_now] == [90]


@given(
    st.lists(st.tuples(st.sampled_from(["comment", "point"]), st.booleans()), max_size=9),
    st.integers(10, 600),
)
def test_what_if_counts_comments_and_doubles_for_an_interpreter(
    who: list[tuple[str, bool]], limit_s: int
) -> None:
    waiting = [Request(kind=kind, wants_interpreter=wants) for kind, wants in who]
    units = sum(1 + wants for kind, wants in who if kind == "comment")
    for each in what_if(waiting, limit_s):
        assert each.needed_s == each.limit_s * units == time_needed([each.limit_s] * units)


def test_how_long_each_side_has_spoken(cast: Cast) -> None:
    def speak(db: Session) -> None:
        meeting = db.merge(cast.city.meeting)
        for name, mode, stance, spoken_ms in (
            ("Ana", "remote", "support", 60_000),
            ("Ben", "in_person", "", 90_000),
        ):
            person = people.take_part(db, meeting.id, None, name=name)
            one = actions.join_queue(db, meeting, None, person, by=person.actor, mode=mode, stance=stance)
            floor.call_next(db, meeting, one, by="system")
            floor.start_turn(db, one, by="system")
            floor.end_turn(db, meeting, one, by="system")
            one.spoken_ms = spoken_ms

    cast.db.write_now(speak)
    table = console(cast).split('id="totals"', 1)[1].split("</table>", 1)[0]
    cells = [
        part.split("<", 1)[0] for part in table.split("<tbody>", 1)[1].split(">") if part[:1] not in "<\n "
    ]
    assert [each for each in cells if each] == [
        "In the room", "1", "1:30", "By phone or video", "1", "1:00", "In favor", "1", "1:00",
    ]  # fmt: skip


def test_who_speaks_remotely_is_connected_while_their_page_is_open(cast: Cast) -> None:
    resident, page = cast.resident(), f"/meetings/{cast.city.meeting.id}"
    assert send(resident, f"{page}/items/general/request", name="Ana", mode="remote").status_code == 303
    assert "Not connected" in console(cast)
    with resident.websocket_connect(f"{page}/live", headers=ORIGIN) as socket:
        socket.receive_text()
        shown = console(cast)
    assert ("Not connected" in shown, 'badge-here">Connected' in shown) == (False, True)


def test_somebody_elses_open_page_connects_nobody(cast: Cast) -> None:
    ask(cast, "Ana")
    with cast.resident().websocket_connect(
        f"/meetings/{cast.city.meeting.id}/live", headers=ORIGIN
    ) as socket:
        socket.receive_text()
        assert "Not connected" in console(cast)


def test_the_staff_is_told_when_somebody_who_takes_part_comes(cast: Cast) -> None:
    resident, page = cast.resident(), f"/meetings/{cast.city.meeting.id}"
    send(resident, f"{page}/items/general/request", name="Ana", mode="remote")
    with cast.clerk.websocket_connect(f"/clerk{page}/live", headers=ORIGIN) as clerks:
        clerks.receive_text()
        with resident.websocket_connect(f"{page}/live", headers=ORIGIN) as socket:
            socket.receive_text()
            assert '"nudge":true' in clerks.receive_text().replace(" ", "")


def crowd(cast: Cast, numbers: Iterable[int]) -> None:
    """A busy evening: on lists of two items and of general comment, as rows alone; the pages only read."""

    def work(db: Session) -> None:
        meeting = db.merge(cast.city.meeting)
        items = [None, cast.city.item.id, cast.city.second.id]
        for n in numbers:
            person = people.take_part(db, meeting.id, f"token {n}", name=f"P{n}")
            lists.open_list(db, meeting, items[n % 3])
            request = Request(
                meeting_id=meeting.id, item_id=items[n % 3], participant_id=person.id, place=n,
                mode=("remote", "in_person")[n % 2], stance=("support", "oppose", "")[n % 3], limit_s=180,
                asked_at=clock.now(), salt=record.new_salt(),
            )  # fmt: skip
            db.add(request)

    cast.db.write_now(
        lambda db: listing.set_meeting_rules(db, db.merge(cast.city.meeting), BUSY, by="system")
    )
    cast.db.write_now(work)


BUSY = Rules(order="alternating", total_s=3600, cede_most=2)
PAGES = ("/clerk/meetings/{}/console", "/meetings/{}", "/meetings/{}/mine", "/meetings/{}/requests/{}")


def costs(cast: Cast, client: TestClient, *more: str) -> dict[str, int]:
    """Queries of the console, the public page, one's strip and one's request."""
    return {page: queries_for(cast, client, page.format(cast.city.meeting.id, *more)) for page in PAGES}


def test_forty_five_who_wait_cost_as_many_queries_as_three(cast: Cast) -> None:
    """Three: one on each list, so that the same lists are shown."""
    crowd(cast, range(3))
    client = cast.clerk
    client.cookies.set(f"p_{cast.city.meeting.id}", "token 0", path=f"/meetings/{cast.city.meeting.id}")
    mine = cast.read(lambda db: queries.listed(db, cast.city.meeting.id)[0].id)
    few = costs(cast, client, mine)
    crowd(cast, range(3, 45))
    assert costs(cast, client, mine) == few
    assert max(few.values()) < 70


@pytest.mark.parametrize("page", PAGES[:2])
def test_people_on_ten_lists_cost_as_many_queries_as_on_two(cast: Cast, page: str) -> None:
    def agenda(db: Session) -> list[str]:
        return [make.item(db, db.merge(cast.city.meeting), f"Item {n}", place=n).id for n in range(3, 11)]

    def sign_up(db: Session, item_ids: Iterable[str]) -> None:
        meeting = db.merge(cast.city.meeting)
        for item_id in item_ids:
            person = people.take_part(db, meeting.id, None, name="Ana")
            item = db.get_one(AgendaItem, item_id)
            actions.join_queue(db, meeting, item, person, by=person.actor, mode="remote")

    items: list[str] = cast.db.write_now(agenda)
    cast.db.write_now(lambda db: sign_up(db, items[:2]))
    url, client = page.format(cast.city.meeting.id), cast.clerk
    few = queries_for(cast, client, url)
    cast.db.write_now(lambda db: sign_up(db, items[2:]))
    assert queries_for(cast, client, url) == few


def test_a_side_that_has_used_its_time_is_looked_up_once(cast: Cast) -> None:
    """However many of it wait before the next of the other side."""

    def use_up(db: Session) -> None:
        meeting = db.merge(cast.city.meeting)
        listing.set_list_rules(db, meeting, None, Rules(total_s=120), by="system")
        for n in range(5):
            person = people.take_part(db, meeting.id, None, name=f"P{n}")
            mode = "remote" if n < 4 else "in_person"
            actions.join_queue(db, meeting, None, person, by=person.actor, mode=mode)
        queries.listed(db, meeting.id)[0].spoken_ms = 60_000

    url, client = PAGES[0].format(cast.city.meeting.id), cast.clerk
    cast.db.write_now(use_up)
    crowded = queries_for(cast, client, url)
    assert "Call next: P4" in console(cast)
    gone = cast.read(lambda db: [each.id for each in queries.listed(db, cast.city.meeting.id)][2:4])
    for each in gone:
        act(cast, f"requests/{each}/removal", client, reason="The time is used up")
    assert queries_for(cast, client, url) == crowded


def test_calling_somebody_on_another_list_is_one_act_of_the_same_page(cast: Cast) -> None:
    crowd(cast, range(6))
    fields = Forms(console(cast)).found
    other = cast.read(
        lambda db: queries.on_item(queries.listed(db, cast.city.meeting.id), cast.city.item.id)[0].id
    )
    assert f"turn-{other}" in fields
    assert act(cast, f"requests/{other}/out-of-turn", act="call", reason="chair").status_code == 303
