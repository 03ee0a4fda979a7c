"""The demo's recording, its times and its script belong together."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engage import demo
from transcripts.audio import probe

FOLDER = Path(demo.__file__).parent
RECORDING = FOLDER / "meeting.opus"


@pytest.fixture
def script() -> Any:
    return json.loads((FOLDER / "script.json").read_text(encoding="utf-8"))


@pytest.fixture
def times() -> Any:
    return json.loads((FOLDER / "meeting.json").read_text(encoding="utf-8"))


def test_the_recording_is_short_and_small(times: Any) -> None:
    media = probe(RECORDING)
    assert (media.kind, media.has_sound, media.has_picture) == ("audio/ogg", True, False)
    assert media.duration_ms == pytest.approx(times["duration_ms"], abs=50)
    assert 3 * 60_000 <= times["duration_ms"] <= 6 * 60_000
    assert RECORDING.stat().st_size < 1_500_000


def test_the_times_follow_the_script(script: Any, times: Any) -> None:
    spoken = [(t["speaker"], i["number"]) for i in script["items"] for t in i["turns"]]
    assert [(turn["speaker"], turn["item"]) for turn in times["turns"]] == spoken
    assert {t["speaker"]: t["role"] for t in times["turns"]} == {
        n: s["role"] for n, s in script["speakers"].items()
    }
    assert [item["number"] for item in times["items"]] == [item["number"] for item in script["items"]]


def test_turns_follow_each_other_inside_the_recording(times: Any) -> None:
    turns = times["turns"]
    assert all(turn["start_ms"] < turn["end_ms"] for turn in turns)
    assert all(one["end_ms"] < other["start_ms"] for one, other in pairwise(turns))
    assert 0 < turns[0]["start_ms"] < turns[-1]["end_ms"] < times["duration_ms"]
    firsts = {turn["item"]: turn["start_ms"] for turn in reversed(turns)}
    assert firsts == {item["number"]: item["start_ms"] for item in times["items"]}


def test_the_times_hold_no_words(times: Any) -> None:
    assert {key for turn in times["turns"] for key in turn} == {
        "speaker",
        "role",
        "item",
        "start_ms",
        "end_ms",
    }
    assert {key for item in times["items"] for key in item} == {"number", "start_ms"}
    assert set(times) == {"duration_ms", "items", "turns"}
