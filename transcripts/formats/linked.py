"""The recording and its transcript as schema.org JSON-LD, for search engines and archives."""

import json
from typing import Any

from engage import clock
from engage.language import N_, translate
from transcripts.formats.captions import spoken
from transcripts.formats.wording import notes
from transcripts.formats.written import Chapter, Held, Recorded, Written

CANCELLED, SCHEDULED = "https://schema.org/EventCancelled", "https://schema.org/EventScheduled"


def as_jsonld(written: Written) -> str:
    """A VideoObject or AudioObject (https://schema.org/MediaObject) with its transcript, a Clip for each
    agenda item, and the Event at which it was recorded. `{}` without a meeting."""
    if written.held is None or written.recorded is None:
        return "{}\n"
    thing = _media(written, written.held, written.recorded)
    return json.dumps(thing, ensure_ascii=False, indent=1) + "\n"


def _media(written: Written, held: Held, recorded: Recorded) -> dict[str, Any]:
    origin = written.origin
    title = translate(written.lang, N_("Recording"))
    found = {
        "@context": "https://schema.org",
        "@type": "VideoObject" if recorded.has_picture else "AudioObject",
        "@id": recorded.url,
        "name": f"{title}: {held.body}, {held.title}",
        "description": ". ".join(notes(written)) or None,
        "url": held.url,
        "contentUrl": f"{recorded.url}/media",
        "encodingFormat": recorded.kind,
        "sha256": recorded.sha256,
        "duration": iso_duration(recorded.duration_ms) if recorded.duration_ms else None,
        "uploadDate": clock.text(recorded.published_at) if recorded.published_at else None,
        "inLanguage": (origin.language if origin else None) or held.language,
        "transcript": "\n".join(spoken(each, written.lang) for each in written.said),
        "caption": {
            "@type": "MediaObject",
            "contentUrl": f"{recorded.url}.vtt",
            "encodingFormat": "text/vtt",
        },
        "hasPart": [_clip(each, written) for each in written.chapters],
        "recordedAt": _event(held),
    }
    return {name: value for name, value in found.items() if value is not None}


def _clip(chapter: Chapter, written: Written) -> dict[str, Any]:
    """Offsets in seconds."""
    found = {
        "@type": "Clip",
        "name": chapter.item.heading,
        "inLanguage": chapter.item.language,
        "startOffset": chapter.start_ms / 1000,
        "endOffset": None if chapter.end_ms is None else chapter.end_ms / 1000,
        "url": written.url_at(chapter.start_ms),
    }
    return {name: value for name, value in found.items() if value is not None}


def _event(held: Held) -> dict[str, Any]:
    found = {
        "@type": "Event",
        "@id": held.url,
        "name": f"{held.body}, {held.title}",
        "url": held.url,
        "inLanguage": held.language,
        "startDate": clock.text(held.starts_at),
        "endDate": clock.text(held.ended_at) if held.ended_at else None,
        "eventStatus": CANCELLED if held.is_cancelled else SCHEDULED,
        "location": {"@type": "Place", "address": held.place} if held.place else None,
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": held.body,
            "parentOrganization": {"@type": "GovernmentOrganization", "name": held.city},
        },
    }
    return {name: value for name, value in found.items() if value is not None}


def iso_duration(ms: int) -> str:
    """ISO 8601: PT1H2M3.5S."""
    minutes, rest = divmod(ms, 60_000)
    seconds = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    return f"PT{minutes // 60}H{minutes % 60}M{seconds}S"
