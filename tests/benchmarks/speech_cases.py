"""Recordings with what is said in them: assembled meetings and clips of real speech, and our own demo."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engage import demo

DEMO = Path(demo.__file__).parent


@dataclass(frozen=True)
class Case:
    name: str
    paths: tuple[Path, ...]
    """Each a recording of its own."""
    reference: str
    languages: frozenset[str] = frozenset({"en"})


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def cases(speech: Path) -> list[Case]:
    """The demo, and what the folder holds, if it is there."""
    script = json.loads((DEMO / "script.json").read_text("utf-8"))
    spoken = " ".join(turn["text"] for item in script["items"] for turn in item["turns"])
    found = [Case("demo", (DEMO / "meeting.opus",), spoken)]
    if not (speech / "manifest.jsonl").is_file():
        return found
    meetings = (
        ("meeting", "meeting.opus"),
        ("meeting, hard", "meeting_hard.mp3"),
        ("bilingual", "bilingual.opus"),
    )
    return [
        *found,
        *(_meeting(name, speech / file) for name, file in meetings),
        _clips("English clips", speech, "en"),
        _clips("Spanish clips", speech, "es"),
    ]


def _meeting(name: str, path: Path) -> Case:
    turns = rows(path.with_suffix(".ref.jsonl"))
    return Case(name, (path,), _joined(turns), frozenset(turn["language"] for turn in turns))


def _clips(name: str, speech: Path, language: str) -> Case:
    clips = [row for row in rows(speech / "manifest.jsonl") if row["language"] == language]
    paths = tuple(speech / clip["file"] for clip in clips)
    return Case(name, paths, _joined(clips), frozenset({language}))


def _joined(said: list[dict[str, Any]]) -> str:
    return " ".join(each["text"] for each in said)
