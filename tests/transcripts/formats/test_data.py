"""Our JSON holds everything, and every field is told in its description."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.transcripts.formats.sample import GAP, ORIGIN, SAMPLE, line
from transcripts.formats.data import as_json
from transcripts.formats.written import Line, Section, of_lines

DESCRIPTION = Path(__file__).parents[3] / "docs" / "transcript-json.md"


def test_the_whole_is_there() -> None:
    record = json.loads(as_json(SAMPLE))
    assert {name: value for name, value in record.items() if name not in ("lines", "items")} == {
        "format": "engage-transcript",
        "version": 2,
        "standing": "unreviewed",
        "origin": {
            "note": "Machine-made transcript (Whisper base, language en)",
            "source": "whisper",
            "model": "base",
            "engine": "faster-whisper 1.2.1",
            "language": "en",
            "made_at": "2026-11-24T04:00:00.000Z",
            "confidence": 0.91,
        },
        "meeting": {
            "id": "m1",
            "url": "https://alder.example/meetings/m1",
            "city": "Alder Bay",
            "body": "City Council",
            "title": "Regular meeting",
            "language": "en",
            "starts_at": "2026-11-24T02:00:00.000Z",
            "zone": "America/Los_Angeles",
        },
        "recording": {
            "id": "r1",
            "url": "https://alder.example/recordings/r1/media",
            "type": "audio/mpeg",
            "duration_ms": 3_661_500,
            "starts_at": "2026-11-24T02:00:00.000Z",
            "sha256": "ab" * 32,
        },
        "gaps": [{"start_ms": 12_000, "end_ms": 20_000, "reason": "privacy", "label": "Personal data"}],
    }
    assert [(each["id"], each["start_ms"], each["end_ms"]) for each in record["items"]] == [
        ("i1", 5000, 20_500),
        ("i2", 20_500, 3_661_500),
    ]
    assert record["lines"][3] == {
        "start_ms": 9000,
        "end_ms": 9200,
        "text": "Sí, señora.",
        "speaker": {"label": "Speaker 1", "kind": "voice"},
        "language": "es",
        "translation": "Yes, ma'am.",
        "confidence": 0.9,
        "standing": "unreviewed",
        "item": "i1",
        "words": [[9000, 9100, "Sí,", 0.9], [9100, 9200, " señora.", 0.9]],
    }
    assert [each["item"] for each in record["lines"]] == [None, None, "i1", "i1", "i2", "i2"]
    assert record["lines"][4]["speaker"] is None
    assert GAP not in as_json(SAMPLE)


@pytest.mark.parametrize(
    ("standing", "lines"),
    [
        ("unreviewed", ["unreviewed", "reviewed"]),
        ("reviewed", ["reviewed"] * 2),
        ("certified", ["certified"] * 2),
    ],
)
def test_each_line_says_who_has_looked_at_it(standing: str, lines: list[str]) -> None:
    two = (Section(None, (line(0, "One."), line(9, "Two.", is_reviewed=True))),)
    record = json.loads(as_json(replace(SAMPLE, sections=two, standing=standing)))
    assert [each["standing"] for each in record["lines"]] == lines


def test_without_a_meeting_it_is_the_lines_and_their_origin() -> None:
    record = json.loads(as_json(of_lines([Line(0, 9, "a\n\nb")], ORIGIN)))
    assert (record["meeting"], record["recording"], record["items"], record["gaps"]) == (None, None, [], [])
    assert record["lines"][0]["text"] == "a\n\nb"
    assert json.loads(as_json(of_lines([])))["origin"] is None


def test_each_line_is_a_line_of_the_file() -> None:
    assert sum(each.startswith('{"start_ms"') for each in as_json(SAMPLE).splitlines()) == 6 + 1


def names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for each in value.values() for name in names(each)}
    return {name for each in value for name in names(each)} if isinstance(value, list) else set()


def test_every_field_is_described_and_no_other() -> None:
    told = set(re.findall(r"^\| `(\w+)`", DESCRIPTION.read_text(), re.MULTILINE))
    assert told == names(json.loads(as_json(SAMPLE)))
