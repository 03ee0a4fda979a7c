"""The tracks of a meeting that is over, for staff to take along."""

from pathlib import Path

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from engage.doors import NotFound, reads
from engage.settings import Settings
from meetings.desk import clerks
from meetings.floor.models import Track

KIND = "audio/ogg"


def folder(settings: Settings) -> Path:
    """Of the tracks, and of nothing else."""
    return settings.files / "tracks"


def path_of(settings: Settings, track_id: str) -> Path:
    return folder(settings) / track_id


def name_of(track: Track) -> str:
    """As it is saved: 2026-11-23-channel-1.ogg, of the day in UTC on which it begins."""
    return f"{track.starts_at:%Y-%m-%d}-channel-{track.channel}.ogg"


@reads("clerk")
def take_along(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    track = db.get(Track, request.path_params["track_id"])
    if track is None or track.meeting_id != meeting.id:
        raise NotFound
    path = path_of(request.app.state.settings, track.id)
    if not path.is_file():
        raise NotFound
    return FileResponse(
        path,
        media_type=KIND,
        filename=name_of(track),
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"},
    )


routes = [Route("/clerk/meetings/{meeting_id}/tracks/{track_id}", take_along)]
