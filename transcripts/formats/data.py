"""Our own JSON: everything that is public of a transcript. Its fields are told in docs/transcript-json.md."""

import json
from typing import Any

from engage import clock
from engage.language import translate
from transcripts.formats.wording import note_of
from transcripts.formats.written import Chapter, Gap, Held, Item, Line, Recorded, Section, Written
from transcripts.models import REVIEWED, UNREVIEWED
from transcripts.withholding.models import REASONS

VERSION = 2
"""Goes up when a field goes away or changes its meaning."""


def as_json(written: Written) -> str:
    """One object; each line of the transcript is a line of the file, so that two versions can be compared."""
    record: dict[str, Any] = {
        "format": "engage-transcript",
        "version": VERSION,
        "standing": written.standing,
        "origin": _origin(written),
        "meeting": written.held and _meeting(written.held),
        "recording": written.recorded and _recording(written.recorded),
    }
    lists = {
        "items": [_chapter(each) for each in written.chapters],
        "lines": [
            _line(each, section, written)
            for section in written.sections
            for each in section.said
            if isinstance(each, Line)
        ],
        "gaps": [_gap(each, written.lang) for each in written.gaps],
    }
    parts = [f'"{name}": {_dump(value)}' for name, value in record.items()]
    parts += [f'"{name}": {_rows(value)}' for name, value in lists.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rows(values: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(_dump(each) for each in values) + "\n]" if values else "[]"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _origin(written: Written) -> dict[str, Any] | None:
    origin = written.origin
    if origin is None:
        return None
    return {
        "note": note_of(origin),
        "source": origin.source,
        "model": origin.model,
        "engine": origin.engine,
        "language": origin.language,
        "made_at": clock.text(origin.made_at) if origin.made_at else None,
        "confidence": origin.confidence,
    }


def _meeting(held: Held) -> dict[str, Any]:
    return {
        "id": held.id,
        "url": held.url,
        "city": held.city,
        "body": held.body,
        "title": held.title,
        "language": held.language,
        "starts_at": clock.text(held.starts_at),
        "zone": held.zone,
    }


def _recording(recorded: Recorded) -> dict[str, Any]:
    return {
        "id": recorded.id,
        "url": f"{recorded.url}/media",
        "type": recorded.kind,
        "duration_ms": recorded.duration_ms,
        "starts_at": clock.text(recorded.starts_at) if recorded.starts_at else None,
        "sha256": recorded.sha256,
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    item: Item = chapter.item
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "language": item.language,
        "start_ms": chapter.start_ms,
        "end_ms": chapter.end_ms,
    }


def _line(line: Line, section: Section, written: Written) -> dict[str, Any]:
    is_own = written.standing == UNREVIEWED and line.is_reviewed
    return {
        "start_ms": line.start_ms,
        "end_ms": line.end_ms,
        "text": line.text,
        "speaker": line.who and {"label": line.who.label, "kind": line.who.kind},
        "language": line.language or (written.origin.language if written.origin else None),
        "translation": line.translation or None,
        "confidence": line.confidence,
        "standing": REVIEWED if is_own else written.standing,
        "item": section.item.id if section.item else None,
        "words": line.words,
    }


def _gap(gap: Gap, lang: str) -> dict[str, Any]:
    label = translate(lang, REASONS[gap.reason])
    return {"start_ms": gap.start_ms, "end_ms": gap.end_ms, "reason": gap.reason, "label": label}
