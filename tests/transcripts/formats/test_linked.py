"""JSON-LD with the property names of schema.org, each on a type that has it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.transcripts.formats.sample import GAP, HELD, RECORDED, SAMPLE
from transcripts.formats.linked import as_jsonld, iso_duration
from transcripts.formats.written import of_lines

THING = {"@type", "@id", "name", "description", "url"}
WORK = THING | {"inLanguage", "hasPart", "recordedAt", "encodingFormat"}
MEDIA = WORK | {"contentUrl", "sha256", "duration", "uploadDate"}
KNOWN = {
    "AudioObject": MEDIA | {"transcript", "caption"},
    "VideoObject": MEDIA | {"transcript", "caption"},
    "MediaObject": MEDIA,
    "Clip": WORK | {"startOffset", "endOffset"},
    "Event": THING | {"inLanguage", "startDate", "endDate", "eventStatus", "location", "organizer"},
    "Place": THING | {"address"},
    "GovernmentOrganization": THING | {"parentOrganization"},
}


def unknown(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for each in value for name in unknown(each)]
    if not isinstance(value, dict):
        return []
    own = [f"{value['@type']}.{name}" for name in value if name not in KNOWN[value["@type"]] | {"@context"}]
    return own + [name for each in value.values() for name in unknown(each)]


def test_every_property_is_one_of_its_type() -> None:
    thing = json.loads(as_jsonld(SAMPLE))
    assert unknown(thing) == []
    assert thing.pop("@context") == "https://schema.org"
    assert unknown({"@type": "Clip", "startoffset": 1}) == ["Clip.startoffset"], "the check can fail"


def test_recording_items_and_meeting() -> None:
    thing = json.loads(as_jsonld(SAMPLE))
    assert (thing["@type"], thing["contentUrl"], thing["duration"], thing["uploadDate"]) == (
        "AudioObject",
        "https://alder.example/recordings/r1/media",
        "PT1H1M1.5S",
        "2026-11-25T02:00:00.000Z",
    )
    assert thing["transcript"].splitlines()[3:5] == ["Speaker 1: Sí, señora.", GAP]
    assert thing["hasPart"][0] == {
        "@type": "Clip",
        "name": "1 Bike lane",
        "inLanguage": "en",
        "startOffset": 5.0,
        "endOffset": 20.5,
        "url": "https://alder.example/meetings/m1?at=r1.5000#at-r1-5000",
    }
    event = thing["recordedAt"]
    assert (event["startDate"], event["endDate"]) == ("2026-11-24T02:00:00.000Z", "2026-11-24T03:00:00.000Z")
    assert event["location"] == {"@type": "Place", "address": "12 Main Street"}
    assert (event["organizer"]["name"], event["organizer"]["parentOrganization"]["name"]) == (
        "City Council",
        "Alder Bay",
    )


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(
        SAMPLE,
        held=replace(HELD, ended_at=None, place="", is_cancelled=True),
        recorded=replace(RECORDED, duration_ms=None, published_at=None, has_picture=True),
    )
    thing = json.loads(as_jsonld(bare))
    assert thing["@type"] == "VideoObject"
    assert {"duration", "uploadDate"} & set(thing) == set()
    assert {"endDate", "location"} & set(thing["recordedAt"]) == set()
    assert thing["recordedAt"]["eventStatus"] == "https://schema.org/EventCancelled"
    assert as_jsonld(of_lines([])) == "{}\n"


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "PT0H0M0S"), (1500, "PT0H0M1.5S"), (60_000, "PT0H1M0S"), (36_000_001, "PT10H0M0.001S")],
)
def test_a_length_as_iso_8601_writes_it(ms: int, text: str) -> None:
    assert iso_duration(ms) == text
