"""One connection to where the sound is, and everybody here who listens to what comes over it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus, WebSocketException

from engage.origin import POLICY_VIOLATION
from meetings.floor.listening import Listener

KEEP_S = 10.0
"""A connection is kept so long for the next listener, longer than any of them waits for it."""
AGAIN_S, LONGEST_S = 0.25, 4.0
"""Before the first try to come back, doubled up to the last."""

Call = Callable[[str], Awaitable[ClientConnection]]
"""Opens a socket at this address (path and query) of where the sound is. Raises what websockets raises."""


class Fan:
    """While the connection is lost, they stay; what comes is sent on as it is."""

    def __init__(self, at: str, call: Call, end: Callable[["Fan"], object]) -> None:
        self.at, self.call, self.end = at, call, end
        self.ears: set[Listener] = set()
        self.sound, self.on = "before", set[int]()
        """As it was told last."""
        self.is_connected = False
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when it has first been told how the sound stands; InvalidStatus where it was refused."""
        self.task = asyncio.create_task(self.follow())
        self._idle: asyncio.TimerHandle | None = None

    def listen(self, ear: Listener) -> None:
        self.greet(ear)
        self.ears.add(ear)

    def greet(self, ear: Listener) -> None:
        ear.tell(sound=self.sound, on=sorted(self.on))

    def stop_listening(self, ear: Listener) -> None:
        self.ears.discard(ear)
        self.hold()

    def hold(self) -> None:
        """It ends in a while, unless somebody listens then."""
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(KEEP_S, self._end_idle)

    def stop(self) -> None:
        if self._idle:
            self._idle.cancel()
        self.task.cancel()

    async def follow(self) -> None:
        """Come back as often as it is lost. Refused for good, it ends, and so does everybody's listening."""
        wait = AGAIN_S
        while True:
            try:
                line = await self.call(self.at)
                wait = AGAIN_S
                await self.carry(line)
            except InvalidStatus as refusal:
                if refusal.response.status_code in (403, 404):
                    self._refused(refusal)
                    return
            except (OSError, ValueError, KeyError, WebSocketException):
                pass  # lost, or what is told there makes no sense
            self.is_connected = False
            await asyncio.sleep(wait * random.uniform(0.5, 1))
            wait = min(2 * wait, LONGEST_S)

    async def carry(self, line: ClientConnection) -> None:
        async with line:
            async for message in line:
                if isinstance(message, bytes):
                    for ear in list(self.ears):
                        ear.write(message)
                else:
                    self._note(json.loads(message))

    def _note(self, told: dict[str, Any]) -> None:
        if "sound" in told:
            self.sound, self.on = told["sound"], set(told["on"])
        elif "on" in told:
            self.on.add(told["on"])
        elif "off" in told:
            self.on.discard(told["off"])
        self.is_connected = True
        if not self.first.done():
            self.first.set_result(None)
        for ear in list(self.ears):
            ear.tell(**told)

    def _refused(self, refusal: InvalidStatus) -> None:
        if not self.first.done():
            self.first.set_exception(refusal)
            self.first.exception()  # whoever waits for it is told; perhaps nobody does any more
        for ear in list(self.ears):
            if ear.line:
                ear.line.close(POLICY_VIOLATION)
        self.end(self)

    def _end_idle(self) -> None:
        if not self.ears:
            self.stop()
            self.end(self)
