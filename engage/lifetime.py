"""What lives as long as the app does: the store, the hub, the index, the sound, and what runs by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from starlette.applications import Starlette

from engage import on_air, room, search
from engage.db import Database
from engage.health import metrics
from engage.health.condition import Asked
from engage.index import Index
from engage.indexing import Indexer
from engage.migrations import migrate
from engage.push.beat import keep_beating
from engage.push.following import Following
from engage.push.hub import Hub
from engage.push.kept import KeptPages
from engage.push.presence import Presence, exchange_presence
from engage.recorder import Recording
from engage.settings import Settings
from engage.steady import hold, let_go
from engage.timekeeping import keep_time
from meetings.floor.sound import Sound
from meetings.floor.streaming import Streams
from meetings.floor.together import Together
from transcripts import uploads
from transcripts.captioning.live import signs
from transcripts.fetching.running import Fetching


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """What is begun last ends first: the store is closed when nobody needs it any more."""
    settings: Settings = app.state.settings
    hold(settings.run)
    async with AsyncExitStack() as ending:
        ending.callback(let_go)
        db = app.state.db = await opened(settings, is_prepared=app.state.is_prepared)
        ending.push_async_callback(asyncio.to_thread, db.close)
        hub = app.state.hub = Hub(db, room.PANELS, room.joined_touches())
        app.state.kept = KeptPages()
        app.state.sound = Sound(db, hub, settings, on_air.standing_of)
        hub.on_wake = partial(wake, app)
        app.state.index, app.state.asked = Index(settings.index), Asked()
        indexer = Indexer(db, app.state.index, search.joined_readings())
        indexer.start()
        ending.push_async_callback(asyncio.to_thread, indexer.stop)
        following = await asyncio.to_thread(follow_store, hub, settings, asyncio.get_running_loop())
        following.start()
        ending.push_async_callback(asyncio.to_thread, following.stop)
        await ending.enter_async_context(sounding(app, db, settings))
        for each in (
            keep_time(db),
            keep_beating(hub),
            share_presence(hub, settings),
            metrics.share_figures(app),
        ):
            ending.callback(asyncio.create_task(each).cancel)
        yield


async def opened(settings: Settings, *, is_prepared: bool) -> Database:
    """The store, with this version's tables and without what a crash has left."""
    if not is_prepared:
        await asyncio.to_thread(migrate, settings.database)
    db = Database(settings.database)
    if not is_prepared:
        await db.read(lambda session: uploads.sweep(session, settings))
    return db


@asynccontextmanager
async def sounding(app: Starlette, db: Database, settings: Settings) -> AsyncIterator[None]:
    """Microphones, listeners, the ordinary stream and the recording. Of several processes one leads; it lets
    another lead when what was on the air is on the disk."""
    sound: Sound = app.state.sound
    streams = app.state.streams = Streams(sound.engine)
    fetching = app.state.fetching = Fetching(db, settings)
    recording = Recording(db, sound, settings)
    together = Together(sound, settings) if settings.processes > 1 else None
    if together:
        together.start()
    else:
        await sound.lead()
    try:
        yield
    finally:
        await fetching.close()
        await streams.stop()
        if together:
            await together.stop()
        await sound.close()
        await recording.stop()
        if together:
            together.let_go()


def wake(app: Starlette, book: str) -> None:
    """This book has grown."""
    app.state.kept.forget(book)
    app.state.sound.note(book)


def follow_store(hub: Hub, settings: Settings, loop: asyncio.AbstractEventLoop) -> Following:
    """Wakes the hub for what other processes commit (another web process, a worker, a command)."""
    return Following(
        settings.database,
        wake=lambda book, seq: loop.call_soon_threadsafe(partial(hub.wake, book, seq=seq)),
        signal=lambda of: loop.call_soon_threadsafe(hub.wake, of[0], {of[1]}),
        signals=signs,
    )


async def share_presence(hub: Hub, settings: Settings) -> None:
    """Who is at which of our web processes, where there are several."""
    if settings.processes > 1:
        presence = Presence(settings.run)
        hub.elsewhere = presence.others
        await exchange_presence(presence, hub.people, hub.note_presence)
