"""The sockets of the sound: everybody may listen; participants and those with a place's link may speak."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.orm import Session
from starlette.routing import WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from engage.doors import NotFound, database, marked, participant_token
from engage.people import participant_of
from engage.push.hub import TRY_AGAIN_LATER
from meetings.floor.listening import accept, choice_of, serve_listener
from meetings.floor.microphone import QUIET_S
from meetings.floor.queries import has_agreed, place_of_link
from meetings.floor.room import Room
from meetings.floor.sound import Sound
from meetings.queries import public_meeting

NOT_AGREED = 4003
"""Whoever wants to be heard has first to agree to it."""


class Speaker:
    """A microphone's socket. What it is told goes out in order, whatever comes in meanwhile."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.words: asyncio.Queue[str | int] = asyncio.Queue()

    def tell(self, **state: object) -> None:
        self.words.put_nowait(json.dumps(state))

    def close(self, code: int) -> None:
        self.words.put_nowait(code)


async def listen(socket: WebSocket) -> None:
    """`channel` is one that is heard instead of the floor: an interpreter's."""
    sound = await sound_here(socket)
    if sound is None:
        return
    meeting_id = socket.path_params["meeting_id"]
    await database(socket).read(lambda db: public_meeting(db, meeting_id))
    room = await sound.room(meeting_id)
    await accept(socket)
    await serve_listener(socket, room, choice_of(socket))


async def speak(socket: WebSocket) -> None:
    """A participant's, by the cookie of this meeting."""
    meeting_id, token = socket.path_params["meeting_id"], participant_token(socket)

    def who(db: Session) -> tuple[str, str]:
        public_meeting(db, meeting_id)
        participant = participant_of(db, meeting_id, token)
        if participant is None:
            raise NotFound
        return meeting_id, participant.actor

    await take_in(socket, who)


async def speak_at_place(socket: WebSocket) -> None:
    """The chair's, a member's, an interpreter's: whoever has the link."""

    def who(db: Session) -> tuple[str, str]:
        place, meeting = place_of_link(db, socket.path_params["place"])
        return meeting.id, place.person

    await take_in(socket, who)


async def take_in(socket: WebSocket, who: Callable[[Session], tuple[str, str]]) -> None:
    """`who` gives the meeting and the person, or raises NotFound."""
    sound = await sound_here(socket)
    if sound is None:
        return

    def ask(db: Session) -> tuple[str, str, bool]:
        meeting_id, person = who(db)
        return meeting_id, person, has_agreed(db, meeting_id, person)

    meeting_id, person, agrees = await database(socket).read(ask)
    await accept(socket)
    if agrees:
        await serve_speaker(socket, sound, meeting_id, person)
    else:
        await socket.send_json({"state": "not_agreed", "channel": None})
        await socket.close(NOT_AGREED)


async def serve_speaker(socket: WebSocket, sound: Sound, meeting_id: str, person: str) -> None:
    """Until the microphone goes away. The turn is not its own, and goes on without it."""
    room, voice = await sound.room(meeting_id), Speaker(person)
    telling = asyncio.create_task(tell_all(socket, voice))
    room.admit(voice)
    try:
        while (message := await receive(socket, room, voice))["type"] != "websocket.disconnect":
            room.take(voice, message.get("bytes") or b"")
    finally:
        telling.cancel()
        room.leave(voice)


async def receive(socket: WebSocket, room: Room, voice: Speaker) -> Message:
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                return await socket.receive()
        room.look_at(voice)


async def tell_all(socket: WebSocket, voice: Speaker) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # it went away while a word was on its way
        while isinstance(word := await voice.words.get(), str):
            await socket.send_text(word)
        await socket.close(word)


async def sound_here(socket: WebSocket) -> Sound | None:
    """Nothing where another process has the sound and this socket was passed on to it, or nobody has."""
    sound: Sound = socket.app.state.sound
    if sound.is_leading:
        return sound
    if sound.pass_on:
        await sound.pass_on(socket)
    else:
        await accept(socket)
        await socket.close(TRY_AGAIN_LATER)
    return None


marked(listen, "public")
marked(speak, "public")
marked(speak_at_place, "public")

routes = [
    WebSocketRoute("/meetings/{meeting_id}/listen", listen),
    WebSocketRoute("/meetings/{meeting_id}/speak", speak),
    WebSocketRoute("/microphone/{place}/speak", speak_at_place),
]
