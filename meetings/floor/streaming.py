"""The ordinary audio streams of the meetings whose sound this process leads, and their addresses."""

import asyncio

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from engage.doors import NotFound, database, marked
from meetings.floor.engine import Engine
from meetings.floor.packets import Packet
from meetings.floor.sound import Sound
from meetings.floor.stream import Stream
from meetings.queries import public_meeting

TICK_S = 0.25
PLAYLIST, ENDLESS = "index.m3u8", "live.aac"
HLS, AAC = "application/vnd.apple.mpegurl", "audio/aac"
ENDLESS_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Accept-Ranges": "none"}
"""A proxy that gathers answers before it passes them on would never pass this one on."""


class Streams:
    """A tap of the engine: it hears every channel but those that are heard only by who chooses them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._streams: dict[str, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        engine.taps.append(self)

    def heard(self, meeting_id: str, packet: Packet) -> None:
        if stream := self._streams.get(meeting_id):
            grant = self.engine.rooms[meeting_id].grants.get(packet.channel)
            if grant and not grant.is_apart:
                stream.take(packet)

    def paused(self, meeting_id: str) -> None:
        if stream := self._streams.get(meeting_id):
            stream.pause()

    def closed(self, meeting_id: str) -> None:
        if stream := self._streams.get(meeting_id):
            stream.is_ending = True

    def running(self, meeting_id: str) -> Stream | None:
        """The one that somebody asked for lately; it is asked for now."""
        stream = self._streams.get(meeting_id)
        if stream:
            stream.asked_at = stream.now()
        return stream

    def start(self, meeting_id: str) -> Stream:
        """Idempotent; in the event loop."""
        if stream := self.running(meeting_id):
            return stream
        stream = self._streams[meeting_id] = Stream()
        task = asyncio.create_task(self._keep(meeting_id, stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return stream

    def end(self) -> None:
        """This process is about to end: whoever listens comes back to the next one."""
        for stream in self._streams.values():
            stream.is_over = True
            stream.tell()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, meeting_id: str, stream: Stream) -> None:
        """Mixes until nobody asks any more."""
        try:
            while not stream.is_idle:
                room = self.engine.rooms.get(meeting_id)
                heard, is_on, is_ending = stream.collect(), bool(room and room.is_on), stream.is_ending
                await asyncio.to_thread(stream.advance, heard, is_on=is_on)
                stream.is_over = stream.is_over or is_ending
                stream.tell()
                await asyncio.sleep(TICK_S)
        finally:
            del self._streams[meeting_id]
            stream.is_over = True
            stream.tell()


def has_stream(db: Session, meeting_id: str) -> None:
    """Raises NotFound where nothing is heard in the page, or no longer."""
    meeting = public_meeting(db, meeting_id)
    if not meeting.carries_sound or meeting.is_over:
        raise NotFound


async def serve(request: Request) -> Response:
    """The playlist, a segment of it, or the endless answer. The first request starts the stream."""
    sound: Sound = request.app.state.sound
    if sound.fetch and not sound.is_leading:
        return await sound.fetch(request)
    streams: Streams = request.app.state.streams
    meeting_id, file = request.path_params["meeting_id"], request.path_params["file"]
    stream = streams.running(meeting_id)
    if file not in (PLAYLIST, ENDLESS):
        return segment_of(stream, file)
    if stream is None:
        await database(request).read(lambda db: has_stream(db, meeting_id))
        await sound.room(meeting_id)
        stream = streams.start(meeting_id)
        await stream.news.wait()
    if file == PLAYLIST:
        return Response(stream.playlist(), media_type=HLS, headers={"Cache-Control": "no-store"})
    if request.method == "HEAD":
        return Response(media_type=AAC, headers=ENDLESS_HEADERS)
    return StreamingResponse(stream.endless(), media_type=AAC, headers=ENDLESS_HEADERS)


def segment_of(stream: Stream | None, file: str) -> Response:
    number = file.removesuffix(".aac")
    if stream is None or number == file or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound
    segment = stream.segment(int(number))
    if segment is None:
        raise NotFound
    return Response(segment.file, media_type=AAC, headers={"Cache-Control": "public, max-age=60, immutable"})


marked(serve, "public")

routes = [Route("/meetings/{meeting_id}/stream/{file}", serve)]
