"""Several web processes, one sound: one process leads it, the others pass on to it what comes to them."""

import asyncio
import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from engage.settings import Settings
from meetings.floor.fetching import fetch
from meetings.floor.leading import TRY_S, Leading
from meetings.floor.passing import UNAVAILABLE, Wanted, call_leader, has_been_passed_on, pass_on, refuse
from meetings.floor.relaying import Relays
from meetings.floor.report import Report
from meetings.floor.sharing import Shared, exchange_reports
from meetings.floor.sound import Sound

log = logging.getLogger(__name__)


class Together:
    """One process's part in it; made in the event loop."""

    def __init__(self, sound: Sound, settings: Settings) -> None:
        self.sound, self.leading, self.shared = sound, Leading(settings.run), Shared(settings.run)
        self.relays = Relays(lambda at: call_leader(Wanted(at), self.leading))
        sound.pass_on, sound.fetch = self.pass_on, self.fetch
        sound.others, sound.elsewhere = self.shared.report, self.shared.listeners
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self.try_to_lead()),
            asyncio.create_task(exchange_reports(self.shared, self.told, self.sound.hub.note_presence)),
        ]

    async def stop(self) -> None:
        """This process ends, and does not begin to lead any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.relays.stop()

    def let_go(self) -> None:
        """When the recording of this process is closed: another may lead."""
        self.leading.let_go()

    async def try_to_lead(self) -> None:
        """Until it does."""
        is_failing = False
        while True:
            try:
                if await asyncio.to_thread(self.leading.try_to_lead):
                    await self.sound.lead()
                    return
                is_failing = False
            except Exception:
                if not is_failing:
                    log.exception("who leads the sound cannot be settled just now")
                is_failing = True
            await asyncio.sleep(TRY_S)

    def told(self) -> tuple[Mapping[str, Report], Mapping[str, int]]:
        """To the others: how it stands, where we lead; and who listens here besides our own connections."""
        rooms = list(self.sound.engine.rooms) if self.sound.is_leading else []
        here, ours = self.relays.listeners(), self.relays.connected()
        reports = {meeting: self.sound.state(meeting) for meeting in rooms}
        return reports, {meeting: count - ours[meeting] for meeting, count in here.items()}

    async def pass_on(self, socket: WebSocket) -> None:
        if has_been_passed_on(socket):  # to us, who did lead or who do not yet
            await refuse(socket, UNAVAILABLE)
        elif socket.url.path.endswith("/listen"):
            await self.relays.serve(socket)
        else:
            await pass_on(socket, self.leading)

    async def fetch(self, request: Request) -> Response:
        return await fetch(request, self.leading)
