"""Listeners who are served from one connection to where the sound is: the process that leads, or another
machine."""

import asyncio
from contextlib import suppress
from urllib.parse import quote

from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus

from meetings.floor.fan import Call, Fan
from meetings.floor.listening import accept, choice_of, serve_listener
from meetings.floor.passing import PATIENCE_S, UNAVAILABLE, refuse


class Relays:
    """Of one process: for each meeting and choice of channel one connection, while anybody listens."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.fans: dict[tuple[str, int | None], Fan] = {}

    async def serve(self, socket: WebSocket) -> None:
        """One listener, not accepted yet."""
        choice = choice_of(socket)
        fan = self.fan(socket.path_params["meeting_id"], choice)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.shield(fan.first)
        except InvalidStatus as refusal:
            await refuse(socket, refusal.response.status_code)
        except TimeoutError:
            await refuse(socket, UNAVAILABLE)
        else:
            await accept(socket)
            await serve_listener(socket, fan, choice)

    def fan(self, meeting_id: str, choice: int | None) -> Fan:
        key = (meeting_id, choice)
        if key not in self.fans:
            at = f"/meetings/{quote(meeting_id, safe='')}/listen" + (
                "" if choice is None else f"?channel={choice}"
            )
            self.fans[key] = Fan(at, self.call, lambda ended: self._forget(key, ended))
        self.fans[key].hold()
        return self.fans[key]

    def _forget(self, key: tuple[str, int | None], ended: Fan) -> None:
        if self.fans.get(key) is ended:
            del self.fans[key]

    def listeners(self) -> dict[str, int]:
        """By meeting."""
        found: dict[str, int] = {}
        for (meeting_id, _), fan in self.fans.items():
            found[meeting_id] = found.get(meeting_id, 0) + len(fan.ears)
        return found

    def connected(self) -> dict[str, int]:
        """How many connections there are, by meeting: each is a listener where the sound is."""
        found: dict[str, int] = {}
        for (meeting_id, _), fan in self.fans.items():
            found[meeting_id] = found.get(meeting_id, 0) + fan.is_connected
        return found

    async def stop(self) -> None:
        tasks = [fan.task for fan in self.fans.values()]
        for fan in self.fans.values():
            fan.stop()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.fans.clear()
