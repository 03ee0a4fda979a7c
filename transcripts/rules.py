"""Moments in a recording, words and their doubt, and what may be done with a transcript; without database."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from engage import record
from engage.settings import Settings

UNSURE = 0.5
"""Under this probability a word is marked for readers. Of 1487 words of an 11 minute meeting (base model),
7 % are under it; 41 % of those are wrong, against 8 % of all words."""

Words = Sequence[Sequence[Any]]
Run = tuple[str, bool]
T = TypeVar("T")


def parse_moment(text: str | None) -> tuple[str, int] | None:
    """(recording, milliseconds) of "RECORDING.MS", or None for what is no moment."""
    recording, _, ms = (text or "").partition(".")
    known = re.fullmatch(r"[a-z0-9]{1,40}", recording) and re.fullmatch(r"[0-9]{1,9}", ms)
    return (recording, int(ms)) if known else None


def moment_anchor(recording_id: str, ms: int) -> str:
    return f"at-{recording_id}-{ms}"


def moment_url(meeting_id: str, recording_id: str, ms: int) -> str:
    """The permanent address of a moment: it outlives correction, split, merge and a new transcription."""
    return f"/meetings/{meeting_id}?at={recording_id}.{ms}#{moment_anchor(recording_id, ms)}"


def word_at(words: Words, place: int) -> int | None:
    """When the word begins that holds this place (in letters) of the line's text; None without words."""
    read = -len(words[0][2]) + len(words[0][2].lstrip()) if words else 0
    for start_ms, _, text, _ in words:
        read += len(text)
        if read > place:
            return int(start_ms)
    return int(words[-1][0]) if words else None


def sections(starts: Sequence[int], chapters: Sequence[tuple[int, T]]) -> list[tuple[T | None, range]]:
    """The lines under the items that were open when they were said: item and places, in order of time."""
    begins = [ms for ms, _ in chapters]
    placed = groupby(range(len(starts)), lambda n: bisect_right(begins, starts[n]))
    runs = [(chapter, list(lines)) for chapter, lines in placed]
    return [(chapters[c - 1][1] if c else None, range(lines[0], lines[-1] + 1)) for c, lines in runs]


def is_doubtful(words: Words) -> bool:
    return any(word[3] is not None and word[3] < UNSURE for word in words)


def looks(words: Words, at_ms: int | None = None, *, is_sure: bool = False) -> list[tuple[str, str]]:
    """The text of a line in runs, each with its look: "unsure" for doubtful words unless `is_sure`, "here"
    for the word that is said at `at_ms`, else "". The space before a run that looks different is not in it.
    """
    begun = [n for n, word in enumerate(words) if at_ms is not None and word[0] <= at_ms]
    runs: list[tuple[str, str]] = [("", "")]
    for n, (_, _, text, probability) in enumerate(words):
        is_unsure = not is_sure and probability is not None and probability < UNSURE
        look = "here" if begun and n == begun[-1] else "unsure" if is_unsure else ""
        bare = text.lstrip()
        space = text[: len(text) - len(bare)] if n else ""
        before, last = runs[-1]
        if look == last:
            runs[-1] = (before + space + bare, look)
        elif look:
            runs[-1:] = [(before + space, last), (bare, look)]
        else:
            runs.append((space + bare, look))
    return [run for run in runs if run[0]]


def marked(words: Words) -> list[Run]:
    """The text of a line in runs, the doubtful ones marked."""
    return [(text, look == "unsure") for text, look in looks(words)]


def realigned(words: Words, text: str, *, start_ms: int, end_ms: int) -> list[list[Any]]:
    """The words of a corrected text: what was kept keeps its times, what is new shares the gap."""
    fresh = re.findall(r"\s*\S+", text)
    matcher = SequenceMatcher(None, [w[2].strip() for w in words], [f.strip() for f in fresh], autojunk=False)
    made: list[list[Any]] = []
    for change, i, j, k, m in matcher.get_opcodes():
        if change == "equal":
            made += [[*old[:2], new, old[3]] for old, new in zip(words[i:j], fresh[k:m], strict=True)]
        else:
            after = words[j][0] if j < len(words) else max(end_ms, words[-1][1] if words else end_ms)
            begin = words[i][0] if i < j else min(words[i - 1][1] if i else start_ms, after)
            end = min(words[j - 1][1], after) if i < j else after
            made += spread(fresh[k:m], begin, max(begin, end))
    return made


def spread(texts: Sequence[str], begin: int, end: int) -> list[list[Any]]:
    """Words that share a span: each as long as its share of the letters, its probability unknown."""
    total, told, made = max(sum(map(len, texts)), 1), 0, []
    for text in texts:
        start, told = begin + (end - begin) * told // total, told + len(text)
        made.append([start, begin + (end - begin) * told // total, text, None])
    return made


def differences(one: str, other: str) -> tuple[list[Run], list[Run]]:
    """Two texts in runs of words, marked where they differ."""
    parts: list[list[str]] = [re.findall(r"\S+\s*", text) for text in (one, other)]
    left: list[Run] = []
    right: list[Run] = []
    for change, i, j, k, m in SequenceMatcher(None, parts[0], parts[1], autojunk=False).get_opcodes():
        left.append(("".join(parts[0][i:j]), change != "equal"))
        right.append(("".join(parts[1][k:m]), change != "equal"))
    return [run for run in left if run[0]], [run for run in right if run[0]]


def seconds_left(elapsed_s: float, from_ms: int, done_ms: int, total_ms: int | None) -> float | None:
    """By the speed of the present attempt; None as long as nobody can say."""
    if not total_ms or done_ms <= from_ms or elapsed_s <= 0:
        return None
    return elapsed_s * (max(total_ms - done_ms, 0)) / (done_ms - from_ms)


def percent(done_ms: int, total_ms: int | None) -> int | None:
    return min(100 * done_ms // total_ms, 100) if total_ms else None


def lines_hash(lines: Iterable[tuple[int, int, str]]) -> str:
    """How an entry names a whole transcript: SHA-256 over the canonical JSON of its lines
    [[start_ms, end_ms, text]] in order, removed ones left out."""
    kept = [[start, end, text] for start, end, text in lines if text]
    return hashlib.sha256(record.canonical(kept).encode()).hexdigest()


def folder(settings: Settings) -> Path:
    """Of the recordings, and of nothing else."""
    return settings.files / "recordings"


def file_of(settings: Settings, recording_id: str) -> Path:
    return folder(settings) / recording_id
