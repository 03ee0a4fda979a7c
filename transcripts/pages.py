"""What everyone gets of the recordings: the player and the lines on the meeting's page, and the files."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from engage import language
from engage.doors import NotFound, database, open_to, reads
from engage.render import fragment
from meetings.models import AgendaItem, Meeting
from transcripts import queries, rules
from transcripts.captions import Line as Caption
from transcripts.captions import Origin, as_json, as_srt, as_text, as_vtt
from transcripts.models import Line, Recording

MOST_DRAWN = 16
"""Transcripts kept as HTML, each in one language: a four-hour meeting's is 1.1 MB and takes 0.3 s to draw."""
_drawn: dict[tuple[Any, ...], str] = {}


@dataclass(frozen=True)
class Section:
    """The lines that were said while an item was open; without an item, what came before the first."""

    item: AgendaItem | None
    lines: list[Line]


@dataclass(frozen=True)
class Text:
    """The lines of a recording as they stand now, drawn, and the items that were called meanwhile."""

    html: str
    chapters: list[tuple[int, AgendaItem]]
    has_lines: bool


def afterwards(request: Request, db: Session, meeting: Meeting) -> dict[str, Any]:
    """What the meeting's page shows once there is a recording: one of them with its lines.

    `?at=RECORDING.MS` chooses the recording and marks the line; without it, it is the first recording.
    """
    recordings = queries.recordings(db, meeting.id)
    if not recordings:
        return {"recordings": []}
    at = rules.parse_moment(request.query_params.get("at"))
    chosen = next((each for each in recordings if at and each.id == at[0]), recordings[0])
    at_ms = at[1] if at and at[0] == chosen.id else None
    text = text_of(db, chosen, meeting, language.of_request(request))
    start_ms = None if at_ms is None else queries.line_start_at(db, chosen.id, at_ms)
    return {
        "recordings": recordings,
        "recording": chosen,
        "chapters": text.chapters,
        "at_ms": at_ms,
        "has_lines": text.has_lines,
        "lines": Markup(mark_line(text.html, chosen.id, start_ms, at_ms)),
    }


def text_of(db: Session, recording: Recording, meeting: Meeting, lang: str) -> Text:
    """The same for everyone, so it is drawn once after each change."""
    version = queries.text_versions(db, [recording.id]).get(recording.id, "")
    chapters = queries.chapters(db, recording)
    titles = tuple((ms, item.number, item.text(lang).title) for ms, item in chapters)
    key = (recording.id, lang, meeting.zone, version, titles)
    html = _drawn.get(key)
    if html is None:
        html = _draw(db, recording, meeting, lang, version, chapters)
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = html
    return Text(html, chapters, bool(version))


def _draw(
    db: Session,
    recording: Recording,
    meeting: Meeting,
    lang: str,
    version: str,
    chapters: list[tuple[int, AgendaItem]],
) -> str:
    lines = [line for line in queries.lines_of(db, recording.id) if line.text]
    parts = rules.sections([line.start_ms for line in lines], chapters)
    return fragment(
        lang, "transcripts/_lines.html", meeting=meeting, recording=recording, version=version,
        sections=[Section(item, [lines[n] for n in places]) for item, places in parts],
        corrected=queries.corrected_at(db, recording.id), marked=rules.marked,
    )  # fmt: skip


def mark_line(html: str, recording_id: str, start_ms: int | None, at_ms: int | None) -> str:
    """The line of a moment marked, with an anchor for the moment itself where it is not the line's start."""
    if start_ms is None or at_ms is None:
        return html
    anchor = rules.moment_anchor(recording_id, start_ms)
    begin = f'<li id="{anchor}"><a class="at" href="?at={recording_id}.{start_ms}#{anchor}">'
    here = f'<span id="{rules.moment_anchor(recording_id, at_ms)}"></span>' if at_ms != start_ms else ""
    return html.replace(begin, begin.replace(">", ' aria-current="true">', 1) + here, 1)


def seen(request: Request, db: Session) -> tuple[Recording, Meeting]:
    """The recording of the URL and its meeting, if whoever asks may see it."""
    return queries.visible_recording(db, request.path_params["recording_id"], request.state.account)


@reads("public")
def lines(request: Request, db: Session) -> Response:
    """The lines alone, for a page that shows an older text."""
    recording, meeting = seen(request, db)
    html = text_of(db, recording, meeting, language.of_request(request)).html
    return tagged(request, html, "text/html; charset=utf-8", {"Vary": "Cookie, Accept-Language"})


@open_to("public")
async def media(request: Request) -> Response:
    """The file as it was uploaded; a browser may ask for parts of it."""
    recording, _ = await database(request).read(lambda db: seen(request, db))
    path = rules.file_of(request.app.state.settings, recording.id)
    if not path.is_file():
        raise NotFound
    return FileResponse(
        path,
        media_type=recording.kind,
        headers={"Cache-Control": "private, max-age=3600"},
        filename=recording.name,
        content_disposition_type="inline" if recording.is_playable else "attachment",
    )


Writer = Callable[..., str]
FORMATS: dict[str, tuple[str, Writer]] = {
    "vtt": ("text/vtt; charset=utf-8", as_vtt),
    "srt": ("application/x-subrip; charset=utf-8", as_srt),
    "txt": ("text/plain; charset=utf-8", as_text),
    "json": ("application/json", as_json),
}
TAKEN_ALONG = ("srt", "txt")


def in_format(suffix: str) -> Callable[[Request, Session], Response]:
    """A handler for the transcript as a file: the text as it stands now, corrections included."""
    kind, write = FORMATS[suffix]

    def handler(request: Request, db: Session) -> Response:
        recording, _ = seen(request, db)
        job = recording.transcription
        lines = [Caption(*line) for line in queries.spoken_lines(db, recording.id)]
        if job is None or not (lines or job.is_silent):
            raise NotFound
        text = write(lines, origin=Origin(job.model, job.language))
        name = f'attachment; filename="transcript-{recording.id}.{suffix}"'
        return tagged(request, text, kind, {"Content-Disposition": name} if suffix in TAKEN_ALONG else {})

    return handler


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
    Route(f"{AT}/media", media),
    Route(f"{AT}/lines", lines),
    *(Route(f"{AT}.{suffix}", reads("public")(in_format(suffix))) for suffix in FORMATS),
]
