"""What each run had to show: goals and words of a document, read from the TOML file beside this one."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MUST, AIM = "must", "aim"
GOAL = re.compile(r"(must|aim) at (most|least) ([\d.]+): (.+)")


@dataclass(frozen=True)
class Goal:
    """A bound on the figure of this label; a must that is missed is a fault."""

    kind: str
    side: str
    bound: float
    label: str

    @classmethod
    def of(cls, words: str) -> "Goal":
        """From "must at most 32: memory, KiB"."""
        found = GOAL.fullmatch(words)
        if found is None:
            raise ValueError(f"not a goal: {words}")
        return cls(found[1], found[2], float(found[3]), found[4])

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.side == "most" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.kind}: " + (f"at {self.side} {self.bound:,g}" if self.bound else "0")


@dataclass(frozen=True)
class Run:
    """A kept result: `name` as the benchmark `module` reports it, `did` in sentences."""

    name: str
    heading: str
    module: str
    did: str
    options: str = ""
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One promise, and what shows that it is kept: runs, and tests of the suite."""

    heading: str
    promise: str
    runs: tuple[Run, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    file: str
    title: str
    about: str
    chapters: tuple[Chapter, ...]


def document(file: str) -> Document:
    """The one of docs/ by this name."""
    table = tomllib.loads(Path(__file__).with_name(file).with_suffix(".toml").read_text("utf-8"))
    return Document(file, table["title"], table["about"], tuple(map(_chapter, table["chapters"])))


def _chapter(table: dict[str, Any]) -> Chapter:
    runs = tuple(map(_run, table.get("runs", ())))
    return Chapter(table["heading"], table["promise"], runs, tuple(table.get("tests", ())))


def _run(table: dict[str, Any]) -> Run:
    return Run(**{**table, "goals": tuple(map(Goal.of, table.get("goals", ())))})
