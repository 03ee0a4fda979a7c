"""A word now and then to every open page: one that hears nothing any more knows that its line is dead."""

import asyncio
from collections.abc import Sequence

from engage.push.frames import Frame, make_frame
from engage.push.hub import TOGETHER, Hub
from engage.push.watching import Watcher
from engage.record import Cursor

BEAT_S = 20
"""As often as the server's own pings, which no script in a browser can see."""


async def keep_beating(hub: Hub) -> None:
    """Each page once in BEAT_S, spread over that time. A crowd of 10,000 costs half a percent of a core."""
    while True:
        pages = [page for room in hub.rooms.values() for page in room.watchers]
        handfuls = [pages[start : start + TOGETHER] for start in range(0, len(pages), TOGETHER)] or [[]]
        for handful in handfuls:
            beat(handful)
            await asyncio.sleep(BEAT_S / len(handfuls))


def beat(pages: Sequence[Watcher]) -> None:
    """Each is told what it has seen, no more; who still waits for panels, or does not read, is left alone."""
    frames: dict[Cursor, Frame] = {}
    for page in pages:
        room = page.room
        is_in_step = page in room.staff or page in room.settled.get(page.audience, ())
        if is_in_step and page.line and page.cursor:
            if page.cursor not in frames:
                frames[page.cursor] = make_frame(page.cursor, [], [], beat=BEAT_S)
            page.line.write(frames[page.cursor])
