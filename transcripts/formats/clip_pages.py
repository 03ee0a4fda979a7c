"""A clip of a recording: its own address, its player, its words to quote, and what can be taken along."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads
from engage.forms import Form
from engage.render import page
from meetings.models import Meeting
from transcripts import queries
from transcripts.formats import clip_files
from transcripts.formats.pages import found
from transcripts.formats.quotation import quotation_of
from transcripts.formats.rules import LONGEST_MS, BadSpan, Span, clip_of, read_place, read_span
from transcripts.formats.written import Line, Written
from transcripts.models import Recording
from transcripts.pages import seen
from transcripts.withholding.rules import public_media

AROUND_MS = 60_000
"""So much before the clip's beginning is offered as another one."""


def site_of(request: Request) -> str:
    return str(request.base_url).rstrip("/")


@reads("public")
def show(request: Request, db: Session) -> Response:
    """Without a span, the choice of its beginning; with a beginning alone, the line that is said there; with
    the beginning of the `last` line, on to the address that names the span."""
    written = found(request, db)
    start, end = (request.query_params.get(field, "") for field in ("from", "last"))
    if end_ms := end_of(written, end):
        return back(f"{request.url.path}?from={read_place(start) or 0}&to={end_ms}")
    recording, meeting = seen(request, db)
    form = new_form(request, **{field: request.query_params.get(field, "") for field in ("from", "to")})
    if not form.value("from"):
        return clip_page(request, db, meeting, recording, written, form)
    try:
        span = read_span(completed(form, written))
    except BadSpan as bad:
        form.say(bad.field, bad.message)
        return clip_page(request, db, meeting, recording, written, form, status=422)
    return clip_page(request, db, meeting, recording, written, form, span)


def completed(form: Form, written: Written) -> dict[str, str]:
    """With the end of the line where the beginning is, when no end is given."""
    if form.value("to"):
        return form.values
    return form.values | {"to": str(end_of(written, form.value("from")) or "")}


def end_of(written: Written, place: str) -> int | None:
    """Where the line ends that is said at this place, or next after it."""
    at = read_place(place)
    return next((line.end_ms for line in written.lines if at is not None and line.end_ms > at), None)


def clip_page(
    request: Request,
    db: Session,
    meeting: Meeting,
    recording: Recording,
    written: Written,
    form: Form,
    span: Span | None = None,
    status: int = 200,
) -> Response:
    clip = clip_of(written, span) if span else None
    held = written.held
    address = f"/recordings/{recording.id}/clip"
    url = f"{site_of(request)}{address}?{span.query}" if span else ""
    return page(
        request, "transcripts/clip.html", status=status, meeting=meeting, recording=recording, form=form,
        span=span, clip=clip, chapters=written.chapters, address=address, url=url,
        quotation=quotation_of(clip, span, held, url) if clip and span and held else None,
        lines=offered(written, span) if span else [], longest=LONGEST_MS // 60_000,
        media=public_media(recording, queries.gaps(db, recording.id)),
    )  # fmt: skip


def offered(written: Written, span: Span) -> list[Line]:
    """The lines among which the first and the last one of a clip are chosen."""
    first, last = span.start_ms - AROUND_MS, span.start_ms + LONGEST_MS
    return [line for line in written.lines if line.end_ms > first and line.start_ms < last]


routes = [Route(clip_files.AT, show), *clip_files.routes]
