"""One box over everything: what was said, what is on the agendas, what was written."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.written import search as written_search
from comments.written.models import Comment
from engage import language
from engage.doors import reads
from engage.finding import Hit, Hits, Query
from engage.finding import search as find
from engage.forms import Form
from engage.index import Index
from engage.indexing import Reading
from engage.language import N_
from engage.render import page
from engage.snippets import Pieces, marked, snippet
from engage.words import Term
from meetings import queries as meetings_queries
from meetings import search as meetings_search
from meetings.models import AgendaItem, Meeting
from transcripts import search as transcripts_search
from transcripts.attribution.items import items_of_lines
from transcripts.models import Line, Recording
from transcripts.queries import is_withheld, withheld
from transcripts.rules import moment_url, word_at

AT_ONCE = 20
"""Results on a page."""
LONGEST = 200

log = logging.getLogger(__name__)


def joined_readings() -> dict[str, list[Reading]]:
    """Entry kind to what it means for the index, from every domain's table."""
    joined: dict[str, list[Reading]] = {}
    for table in (meetings_search.readings, transcripts_search.readings, written_search.readings):
        for kind, reading in table.items():
            joined.setdefault(kind, []).append(reading)
    return joined


@dataclass(frozen=True)
class Result:
    """One hit as it is shown; `at_ms` is set where it can be played."""

    kind: str
    meeting: Meeting
    link: str
    pieces: Pieces
    lang: str
    title: Pieces | None = None
    """An agenda item's; `pieces` are then of its description."""
    at_ms: int | None = None
    item: AgendaItem | None = None
    speaker: str | None = None


@reads("public")
def search(request: Request, db: Session) -> Response:
    """Everything is in the address, so that a search can be sent to somebody."""
    form = Form(dict(request.query_params))
    form.lang = language.of_request(request)
    text = form.text("q", most=LONGEST)
    first, last = _day(form, "from"), _day(form, "to")
    number = form.number("page", least=1, most=500, default=1) or 1
    index: Index = request.app.state.index
    hits, is_available = Hits(), True
    if text and not form.is_wrong:
        query = Query(text, body=form.value("body"), date_from=first, date_to=last)
        try:
            hits = find(index, query, limit=AT_ONCE, offset=(number - 1) * AT_ONCE)
        except (OSError, ValueError):  # its folder cannot be read: everything else goes on
            log.exception("the search index cannot be read")
            is_available = False
    return page(
        request,
        "search.html",
        status=422 if form.is_wrong else 200 if is_available else 503,
        is_available=is_available,
        form=form,
        text=text,
        hits=hits,
        results=results(db, hits, form.lang),
        bodies=meetings_queries.bodies(db),
        number=number,
        pages=-(-hits.total // AT_ONCE),
    )


def _day(form: Form, name: str) -> date | None:
    typed = form.value(name).strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        form.say(name, N_("Please give a day, such as 2026-11-30."))
        return None


def results(db: Session, hits: Hits, lang: str) -> list[Result]:
    """The hits with the words of the rows as they are now; what has been hidden meanwhile is left out."""
    meetings = rows(db, Meeting, {hit.meeting for hit in hits.page})
    shown = [hit for hit in hits.page if hit.meeting in meetings and meetings[hit.meeting].is_public]
    found = {
        **_lines(db, shown, hits.terms, meetings),
        **_items(db, shown, hits.terms, meetings),
        **_comments(db, shown, hits.terms, meetings),
        **_meetings(shown, hits.terms, meetings),
    }
    return [found[hit.id] for hit in shown if hit.id in found]


def rows(db: Session, table: Any, ids: Collection[str]) -> dict[str, Any]:
    """Rows of a table by their ids, in one query."""
    return {row.id: row for row in db.scalars(select(table).where(table.id.in_(ids)))} if ids else {}


def _ids(hits: Sequence[Hit], kind: str) -> set[str]:
    return {hit.id.split(":")[1] for hit in hits if hit.kind == kind}


def _lines(
    db: Session, hits: Sequence[Hit], terms: Sequence[Term], meetings: Mapping[str, Meeting]
) -> dict[str, Result]:
    lines = rows(db, Line, _ids(hits, "line"))
    recordings = rows(db, Recording, {line.recording_id for line in lines.values()})
    items = items_of_lines(db, lines.values(), recordings)
    spans = withheld(db, list(recordings))
    found = {}
    for line in lines.values():
        made = recordings[line.recording_id]
        if not made.is_published or is_withheld(line, spans[made.id]):
            continue
        meeting = meetings[made.meeting_id]
        spoken = (made.transcription and made.transcription.language) or meeting.language
        at_ms = _first_found(line, terms, spoken)
        found[f"line:{line.id}"] = Result(
            kind="line",
            meeting=meeting,
            link=moment_url(meeting.id, made.id, at_ms),
            pieces=snippet(line.text, terms, spoken),
            lang=spoken,
            at_ms=at_ms,
            item=items.get(line.id),
            speaker=line.speaker.public_name if line.speaker else None,
        )
    return found


def _first_found(line: Line, terms: Sequence[Term], spoken: str) -> int:
    """When the first word is said that was asked for."""
    place = 0
    for piece, is_marked in marked(line.text, terms, spoken):
        if is_marked:
            return word_at(line.words, place) or line.start_ms
        place += len(piece)
    return line.start_ms


def _items(
    db: Session, hits: Sequence[Hit], terms: Sequence[Term], meetings: Mapping[str, Meeting]
) -> dict[str, Result]:
    items = rows(db, AgendaItem, _ids(hits, "item"))
    found = {}
    for item in items.values():
        for words in item.texts:
            found[f"item:{item.id}:{words.lang}"] = Result(
                kind="item",
                meeting=meetings[item.meeting_id],
                link=f"/meetings/{item.meeting_id}#item-{item.id}",
                title=marked(words.title, terms, words.lang),
                pieces=snippet(words.description, terms, words.lang) if words.description else [],
                lang=words.lang,
                item=item,
            )
    return found


def _comments(
    db: Session, hits: Sequence[Hit], terms: Sequence[Term], meetings: Mapping[str, Meeting]
) -> dict[str, Result]:
    written = rows(db, Comment, _ids(hits, "comment"))
    items = rows(db, AgendaItem, {each.item_id for each in written.values() if each.item_id})
    return {
        f"comment:{each.id}": Result(
            kind="comment",
            meeting=meetings[each.meeting_id],
            link=f"/meetings/{each.meeting_id}/comments?comment={each.id}#comment-{each.id}",
            pieces=snippet(each.text, terms),
            lang=meetings[each.meeting_id].language,
            item=items.get(each.item_id or ""),
            speaker=each.name or None,
        )
        for each in written.values()
        if not each.is_withheld
    }


def _meetings(
    hits: Sequence[Hit], terms: Sequence[Term], meetings: Mapping[str, Meeting]
) -> dict[str, Result]:
    return {
        f"meeting:{meeting.id}": Result(
            kind="meeting",
            meeting=meeting,
            link=f"/meetings/{meeting.id}",
            pieces=snippet(meeting.title, terms, meeting.language),
            lang=meeting.language,
        )
        for meeting in (meetings[each] for each in _ids(hits, "meeting") if each in meetings)
    }


routes = [Route("/search", search)]
