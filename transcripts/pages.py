"""What everyone gets of the recordings: the player and the lines on the meeting's page, and the sound."""

import hashlib
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import language
from engage.doors import reads
from meetings.models import Meeting
from transcripts import queries, rules
from transcripts.drawing import text_of, with_moment
from transcripts.models import Recording
from transcripts.withholding.rules import public_media


def afterwards(request: Request, db: Session, meeting: Meeting) -> dict[str, Any]:
    """What the meeting's page shows once there is a recording: one of them with its lines.

    `?at=RECORDING.MS` chooses the recording and marks the line; without it, it is the first recording.
    """
    recordings = queries.public_recordings(db, meeting.id)
    if not recordings:
        return {"recordings": []}
    at = rules.parse_moment(request.query_params.get("at"))
    chosen = next((each for each in recordings if at and each.id == at[0]), recordings[0])
    at_ms = at[1] if at and at[0] == chosen.id else None
    lang = language.of_request(request)
    text = text_of(db, chosen, meeting, lang)
    html = text.html if at_ms is None else with_moment(db, text.html, chosen, meeting, lang, at_ms)
    return {
        "recordings": recordings,
        "recording": chosen,
        "sound": public_media(chosen, queries.gaps(db, chosen.id)),
        "chapters": text.chapters,
        "at_ms": at_ms,
        "has_lines": text.has_lines,
        "lines": Markup(html),
    }


def seen(request: Request, db: Session) -> tuple[Recording, Meeting]:
    """The recording of the URL and its meeting, if whoever asks may see it."""
    return queries.visible_recording(db, request.path_params["recording_id"], request.state.account)


@reads("public")
def lines(request: Request, db: Session) -> Response:
    """The lines alone, for a page that shows an older text."""
    recording, meeting = seen(request, db)
    html = text_of(db, recording, meeting, language.of_request(request)).html
    return tagged(request, html, "text/html; charset=utf-8", {"Vary": "Cookie, Accept-Language"})


def tagged(request: Request, text: str, kind: str, headers: dict[str, str]) -> Response:
    """With an ETag of its content: asked for again unchanged, it is not sent again."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = headers | {"ETag": tag, "Cache-Control": "no-cache"}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=kind, headers=headers)


AT = "/recordings/{recording_id}"
routes = [
    Route(f"{AT}/lines", lines),
]
