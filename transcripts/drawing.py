"""The lines of a recording as HTML, the same for everyone: drawn once after each change, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engage.render import fragment
from meetings.models import AgendaItem, Meeting
from transcripts import queries, rules
from transcripts.attribution.items import chapters as chapters_of
from transcripts.models import Line, Recording
from transcripts.queries import Gap
from transcripts.withholding.models import REASONS

MOST_DRAWN = 16
"""Transcripts kept as HTML, each in one language: a four-hour meeting's is 1.1 MB and takes 0.3 s to draw."""
_drawn: dict[tuple[Any, ...], str] = {}
Chapters = list[tuple[int, AgendaItem]]


@dataclass(frozen=True)
class Entry:
    """What stands in the transcript: a line, or a gap in its place."""

    line: Line | None
    gap: Gap | None
    begins: bool = True
    """Another speaker than before."""
    is_first_at: bool = True
    """Of the lines that begin in the same moment."""


@dataclass(frozen=True)
class Section:
    """What was said while an item was open; without an item, what came before the first."""

    item: AgendaItem | None
    entries: list[Entry]


@dataclass(frozen=True)
class Text:
    """The lines of a recording as they stand now, drawn, and the items that were called meanwhile."""

    html: str
    chapters: Chapters
    has_lines: bool


def text_of(db: Session, recording: Recording, meeting: Meeting, lang: str) -> Text:
    """The same for everyone, so it is drawn once after each change."""
    version = queries.text_versions(db, [recording.id]).get(recording.id, "")
    chapters = chapters_of(db, recording)
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
    db: Session, recording: Recording, meeting: Meeting, lang: str, version: str, chapters: Chapters
) -> str:
    gaps = queries.gaps(db, recording.id)
    lines = queries.public_lines(db, recording.id, gaps)
    return fragment(
        lang, "transcripts/_lines.html", meeting=meeting, recording=recording, version=version,
        sections=sections(lines, gaps, chapters), looks=looks, reasons=REASONS, at_ms=None,
    )  # fmt: skip


def sections(lines: Sequence[Any], gaps: list[Gap], chapters: Chapters) -> list[Section]:
    """Lines (of which only start and speaker are asked) and gaps in order of time, under the items that were
    open when they began."""
    said: list[tuple[int, Line | Gap]] = [(line.start_ms, line) for line in lines]
    said += [(gap.start_ms, gap) for gap in gaps]
    said.sort(key=lambda each: each[0])
    parts = rules.sections([ms for ms, _ in said], chapters)
    return [Section(item, list(entries([said[n][1] for n in places]))) for item, places in parts]


def entries(said: list[Line | Gap]) -> list[Entry]:
    """A speaker is named where another one begins, and first in each section."""
    made: list[Entry] = []
    last: Line | None = None
    for each in said:
        if isinstance(each, Gap):
            made.append(Entry(None, each))
            last = None
            continue
        begins = last is None or last.speaker_id != each.speaker_id
        made.append(Entry(each, None, begins, last is None or last.start_ms != each.start_ms))
        last = each
    return made


def looks(line: Line, at_ms: int | None) -> list[tuple[str, str]]:
    """A line's text in runs with their look; what a person has read is not doubted."""
    if not line.words:
        return [(line.text, "")]
    inside = at_ms if at_ms is not None and at_ms < line.end_ms else None
    return rules.looks(line.words, inside, is_sure=line.is_corrected or line.reviewed_at is not None)


def with_moment(db: Session, html: str, recording: Recording, meeting: Meeting, lang: str, at_ms: int) -> str:
    """The drawn lines with the one marked that a moment is in, and in it the word."""
    line = queries.line_at(db, recording.id, at_ms)
    if line is None:
        return html
    begin = html.find(f'<li id="{rules.moment_anchor(recording.id, line.start_ms)}" data-line="{line.id}"')
    if begin < 0:
        return html
    end = html.find("</li>", begin) + len("</li>")
    begins = '<b class="speaker"' in html[begin:end]
    drawn = fragment(
        lang, "transcripts/_line.html", meeting=meeting, recording=recording, line=line, begins=begins,
        is_first_at=True, looks=looks, at_ms=None if at_ms == line.start_ms else at_ms,
    ).strip()  # fmt: skip
    return html[:begin] + drawn.replace(" data-line=", ' aria-current="true" data-line=', 1) + html[end:]
