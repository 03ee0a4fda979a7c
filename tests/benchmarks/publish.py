"""The documents of what was measured, made from docs/results.json: nothing in them is typed in.

python -m tests.benchmarks.publish
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks import publish_goals
from tests.benchmarks.publish_goals import AIM, MUST, Chapter, Document, Goal, Run
from tests.benchmarks.publish_picture import picture
from tests.benchmarks.results import ROOT, read, shown

FILES = ("performance.md", "reliability.md", "transcripts.md", "floor.md")
DOCUMENTS = tuple(map(publish_goals.document, FILES))
PICTURE = "latency.svg"
P50, P99 = "POST to watcher, p50, ms", "POST to watcher, p99, ms"
OURS = (("1,000", "watchers 1,000"), ("10,000", "watchers 10,000"))
PEERS = {"1,000": ("venueless", 145.0, 711.0)}
"""By watchers: p50 and p99 in milliseconds, measured by us on the same class of machine."""
COMPARED = """\
The strongest open peer that we know is venueless (Django Channels, PostgreSQL, Redis). We have run it on the
same class of machine, with its own pinned versions: 145 ms at the median and 711 ms at the 99th percentile
for 1,000 watchers, 62 KiB for each of them, and 5 new ones a second. Django renders a fresh page for 64
requests a second there, on one core.
"""

Kept = Mapping[str, Any]
"""Results by run, as `results.report` keeps them."""
Bars = list[tuple[str, float, bool]]


def published(kept: Kept) -> dict[str, str]:
    """Every file of docs/ that is made from the results, by name. KeyError: a goal about no figure."""
    files = {each.file: "\n".join(document(each, kept)) for each in DOCUMENTS}
    if bars := compared(kept):
        about = "From the clerk's POST to each watcher, with the durable commit in between."
        files[PICTURE] = picture("How soon everybody sees it", about, bars)
    return files


def document(of: Document, kept: Kept) -> Iterator[str]:
    yield f"# {of.title}\n"
    yield f"{of.about} This page is made by `python -m tests.benchmarks.publish` from"
    yield f"[results.json](results.json), which the commands below write with `--save`; {machines(of, kept)}."
    yield "A *must* that does not hold is a fault; an *aim* that is missed is said. A dash has no bound.\n"
    for chapter in of.chapters:
        yield from told(chapter, kept)
        if any(run.name == OURS[0][1] for run in chapter.runs):
            yield from beside_others(kept)


def machines(of: Document, kept: Kept) -> str:
    named = {run.name for chapter in of.chapters for run in chapter.runs}
    found = sorted({kept[name]["machine"] for name in named & set(kept)})
    return f"measured on {'; '.join(found)}" if found else "nothing of it is measured yet"


def told(chapter: Chapter, kept: Kept) -> Iterator[str]:
    yield f"## {chapter.heading}\n"
    yield f"{chapter.promise.strip()}\n"
    for run in chapter.runs:
        yield f"### {run.heading}\n"
        yield f"{run.did.strip()}\n"
        yield from measured(run, kept[run.name]) if run.name in kept else missing(run)
    if chapter.tests:
        yield f"In the suite: {', '.join(f'`pytest {each}`' for each in chapter.tests)}.\n"


def missing(run: Run) -> Iterator[str]:
    words = ["python -m", f"tests.benchmarks.{run.module}", run.options, "--save"]
    yield f"**Not measured yet.** `{' '.join(filter(None, words))}`\n"


def measured(run: Run, result: Mapping[str, Any]) -> Iterator[str]:
    figures = result["figures"]
    unknown = [goal.label for goal in run.goals if goal.label not in figures]
    if unknown:
        raise KeyError(f"{run.name} has no figure {unknown}")
    yield "| figure | measured | must or aim | holds |"
    yield "|---|---|---|---|"
    for label, value in figures.items():
        goals = [goal for goal in run.goals if goal.label == label]
        yield f"| {label} | {shown(value)} | {', '.join(map(str, goals)) or '-'} | {verdict(goals, value)} |"
    seed = "" if result["seed"] is None else f" Seed {result['seed']}."
    yield f"\n`{result['command']}`{seed} Commit {result['commit']}, {result['on']}, {result['machine']}.\n"


def verdict(goals: list[Goal], value: object) -> str:
    """Of all the goals on one figure; text counts by its first number."""
    missed = {goal.kind for goal in goals if not goal.holds(number(value))}
    return "-" if not goals else "**no**" if MUST in missed else "aim missed" if AIM in missed else "yes"


def number(value: object) -> float:
    """The first one in a text; "none" is 0."""
    found = re.search(r"-?[\d.,]*\d", str(value))
    return float(found[0].replace(",", "")) if found else 0.0 if value == "none" else float("nan")


def compared(kept: Kept) -> Bars:
    """Ours that are measured, and the peer's beside those of its size."""
    bars: Bars = []
    for watchers, name in OURS:
        for place, label, word in ((1, P50, "median"), (2, P99, "99th percentile")):
            if name in kept:
                bars.append((f"{watchers}, {word}", float(kept[name]["figures"][label]), True))
                if peer := PEERS.get(watchers):
                    bars.append((f"{watchers}, {word}, {peer[0]}", float(peer[place]), False))
    return bars


def beside_others(kept: Kept) -> Iterator[str]:
    yield "### Beside others\n"
    yield COMPARED
    if bars := compared(kept):
        yield f"![The table below as bars: how soon everybody sees it]({PICTURE})\n"
        yield "| watchers | ms |"
        yield "|---|---|"
        yield from (f"| {label} | {ms:g} |" for label, ms, _ in bars)
        yield ""


def publish(folder: Path) -> None:
    for name, text in published(read()).items():
        (folder / name).write_text(text, "utf-8")
        print(folder.name, name)


if __name__ == "__main__":
    publish(ROOT / "docs")
    sys.exit(0)
