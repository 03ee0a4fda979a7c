"""The word now and then: every open page that is in step hears it, and learns nothing from it."""

import re
from typing import Any

from engage.push.beat import BEAT_S, beat
from engage.push.hub import Hub
from engage.push.watching import Watcher
from engage.render import STATIC
from tests.benchmarks import sites
from tests.engage.push.test_hub import cursor_of, frame, join, socket
from tests.make import Cast


def watchers(cast: Cast) -> list[Watcher]:
    hub: Hub = cast.state.hub
    return [page for room in hub.rooms.values() for page in room.watchers]


def beat_now(cast: Cast, pages: list[Watcher]) -> None:
    portal: Any = cast.anyone.portal
    portal.call(beat, pages)


def test_every_page_in_step_hears_the_beat_with_its_own_cursor(cast: Cast) -> None:
    since = cursor_of(cast)
    staff = {"at": "/clerk/meetings", "since": since}
    with socket(cast, since=since) as ws, socket(cast, cast.clerk, **staff) as console:
        frame(ws), frame(console)
        beat_now(cast, watchers(cast))
        for each in (frame(ws), frame(console)):
            assert each.pop("now")
            assert each == {"content": "", "beat": BEAT_S, "names": [], "since": since}


def test_a_page_that_waits_for_its_panels_is_left_alone(cast: Cast) -> None:
    """It would take the beat for what it waits for."""
    since = cursor_of(cast)
    with socket(cast, since=since) as ws:
        frame(ws)
        [page] = watchers(cast)
        page.room.settled[page.audience].discard(page)
        beat_now(cast, [page])
        page.room.settled[page.audience].add(page)
        join(cast)
        assert "Ana" in frame(ws)["content"]


def test_one_frame_is_made_for_all_who_have_seen_the_same(cast: Cast) -> None:
    since = cursor_of(cast)
    with socket(cast, since=since) as one, socket(cast, since=since) as other:
        frame(one), frame(other)
        beat_now(cast, watchers(cast))
        assert one.receive_text() == other.receive_text()


def test_the_load_drivers_pages_come_back_as_browsers_do() -> None:
    script = (STATIC / "js" / "connection.js").read_text("utf-8")
    told = re.findall(r"(crowd|first): \[([\d., ]+)\]", script)
    spreads = {name: tuple(map(float, seconds.split(","))) for name, seconds in told}
    assert spreads == {"crowd": sites.CROWD, "first": sites.FIRST}
