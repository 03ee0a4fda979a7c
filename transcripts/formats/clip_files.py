"""A clip to take along: its captions, and its sound or picture, cut when it is asked for and kept nowhere."""

import asyncio
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from engage import language
from engage.doors import NotFound, database, open_to, reads
from engage.language import N_, translate
from engage.render import page
from engage.space import NO_ROOM, has_room
from transcripts import queries
from transcripts.formats.captions import as_srt, as_vtt
from transcripts.formats.cutting import NotCut, Piece, cut_piece
from transcripts.formats.pages import VARY, found
from transcripts.formats.rules import BadSpan, Span, clip_of, from_zero, read_span
from transcripts.formats.written import Written
from transcripts.pages import seen, tagged
from transcripts.rules import folder
from transcripts.withholding.rules import copy_of, digest_of

CUTTER = ThreadPoolExecutor(1, "clip-cutter")
MOST_AT_ONCE = 8
_places = BoundedSemaphore(MOST_AT_ONCE)
"""Pieces that are being made or sent, each as large as a file."""
WITHHELD = N_("A part of this span is withheld from the public. Please choose a span without it.")
NOT_READ = N_("The recording could not be read just now. Please try again later.")
BUSY = N_("Many clips are being made just now. Please try again in a minute.")


def captions(suffix: str, kind: str, write: Callable[[Written], str]) -> Route:
    """Timed from the clip's beginning, to go with its sound."""

    @reads("public")
    def handler(request: Request, db: Session) -> Response:
        written = found(request, db)
        try:
            span = read_span(request.query_params)
        except BadSpan as bad:
            return refused(request, 422, bad.message)
        name = f'attachment; filename="{name_of(request, span)}.{suffix}"'
        text = write(from_zero(clip_of(written, span), span))
        return tagged(request, text, kind, VARY | {"Content-Disposition": name})

    return Route(f"{AT}.{suffix}", handler)


@dataclass(frozen=True)
class Order:
    """A piece that may be cut: of which file, and which part."""

    path: Path
    span: Span
    size: int
    """Bytes that it may take: twice its share of the file, for no second is like another."""


def order_of(request: Request, db: Session) -> Order:
    """Of the public's file, and never of a withheld span. Raises BadSpan, or NotFound without a file."""
    recording, _ = seen(request, db)
    span = read_span(request.query_params)
    gaps = queries.gaps(db, recording.id)
    if any(span.start_ms < gap.end_ms and gap.start_ms < span.end_ms for gap in gaps):
        raise BadSpan("to", WITHHELD)
    path = copy_of(request.app.state.settings, recording.id, digest_of(gaps))
    if not path.is_file():
        raise NotFound
    whole = path.stat().st_size
    share = (span.end_ms - span.start_ms) / (recording.duration_ms or 1)
    return Order(path, span, min(whole, round(2 * whole * share)))


@open_to("public")
async def media(request: Request) -> Response:
    """The cut recording, made when it is asked for and kept nowhere."""
    try:
        order = await database(request).read(lambda db: order_of(request, db))
    except BadSpan as bad:
        return refused(request, 422, bad.message)
    place = folder(request.app.state.settings)
    if not has_room(place, order.size):
        return refused(request, 507, NO_ROOM)
    if not _places.acquire(blocking=False):
        return refused(request, 503, BUSY)
    try:
        piece = await asyncio.get_running_loop().run_in_executor(
            CUTTER, cut_piece, order.path, order.span, place
        )
    except (NotCut, OSError) as error:
        _places.release()
        return refused(request, 422, str(error) if isinstance(error, NotCut) else NOT_READ)
    except BaseException:
        _places.release()
        raise
    return sent(request, piece, order.span)


def sent(request: Request, piece: Piece, span: Span) -> Response:
    """Its place is free again when its file is gone, however the sending ends."""
    weakref.finalize(piece.file, _places.release)
    headers = {
        "Content-Length": str(piece.size),
        "Content-Disposition": f'attachment; filename="{name_of(request, span)}.{piece.ending}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(piece.blocks(), media_type=piece.kind, headers=headers)


def name_of(request: Request, span: Span) -> str:
    return f"clip-{request.path_params['recording_id']}-{span.start_ms}-{span.end_ms}"


def refused(request: Request, status: int, message: str) -> Response:
    lang = language.of_request(request)
    heading = translate(lang, N_("This clip cannot be had"))
    answer = page(request, "problem.html", status=status, heading=heading, text=translate(lang, message))
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer


AT = "/recordings/{recording_id}/clip"
routes = [
    Route(f"{AT}/media", media),
    captions("vtt", "text/vtt; charset=utf-8", as_vtt),
    captions("srt", "application/x-subrip; charset=utf-8", as_srt),
]
