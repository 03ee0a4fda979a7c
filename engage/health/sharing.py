"""The counts of the other web processes: each leaves a file of its own for the one that is asked.

A process that has ended takes its counts along, which Prometheus knows how to read: each has its own label.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import Metric

from engage.push.presence import is_running

SHARE_S = 5.0
STALE_S = 20.0
"""A file that was not renewed for so long is of a process that has ended, whoever has its number now."""


async def share(folder: Path, families: Callable[[], Iterable[Metric]]) -> None:
    """Until cancelled. A full disk only makes the counts old."""
    file = folder / f"metrics-{os.getpid()}.json"
    new = file.with_suffix(".new")
    try:
        while True:
            text = json.dumps([written(family) for family in families()])
            with suppress(OSError):
                await asyncio.to_thread(_put, new, file, text)
            await asyncio.sleep(SHARE_S)
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _put(new: Path, file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(text, "utf-8")
    new.replace(file)


Written = tuple[str, str, str, list[tuple[str, dict[str, str], float]]]
"""A family's name, its documentation, its type and its samples."""


def written(family: Metric) -> Written:
    samples = [(each.name, each.labels, each.value) for each in family.samples]
    return family.name, family.documentation, family.type, samples


def with_others(own: Iterable[Metric], folder: Path) -> list[Metric]:
    """One's own counts as they are; those of several processes each with its number as a label."""
    others = dict(each for path in sorted(folder.glob("metrics-*.json")) if (each := _read(path)))
    if not others:
        return list(own)
    joined: dict[str, Metric] = {}
    for process, families in {os.getpid(): [written(family) for family in own], **others}.items():
        for name, documentation, kind, samples in families:
            family = joined.setdefault(name, Metric(name, documentation, kind))
            for sample, labels, value in samples:
                family.add_sample(sample, {**labels, "process": str(process)}, value)
    return list(joined.values())


def _read(path: Path) -> tuple[int, list[Written]] | None:
    process = int(path.stem.rpartition("-")[2])
    if process == os.getpid():
        return None
    try:
        if not is_running(path) or time.time() - path.stat().st_mtime > STALE_S:
            path.unlink()
            return None
        return process, json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
