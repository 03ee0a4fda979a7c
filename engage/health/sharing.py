"""The counts of the other web processes: each leaves a file of its own for the one that is asked.

A process that has ended takes its counts along, which Prometheus knows how to read: each has its own label.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import Metric

from engage.neighbours import others, own_file, put

SHARE_S = 5.0
KIND = "metrics"


async def share(folder: Path, families: Callable[[], Iterable[Metric]]) -> None:
    """Until cancelled. A full disk only makes the counts old."""
    file = own_file(folder, KIND)
    try:
        while True:
            text = json.dumps([written(family) for family in families()])
            with suppress(OSError):
                await asyncio.to_thread(put, file, text)
            await asyncio.sleep(SHARE_S)
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


Written = tuple[str, str, str, list[tuple[str, dict[str, str], float]]]
"""A family's name, its documentation, its type and its samples."""


def written(family: Metric) -> Written:
    samples = [(each.name, each.labels, each.value) for each in family.samples]
    return family.name, family.documentation, family.type, samples


def with_others(own: Iterable[Metric], folder: Path) -> list[Metric]:
    """One's own counts as they are; those of several processes each with its number as a label."""
    told = {process: _read(path) for process, path in others(own_file(folder, KIND))}
    if not any(told.values()):
        return list(own)
    joined: dict[str, Metric] = {}
    for process, families in {os.getpid(): [written(family) for family in own], **told}.items():
        for name, documentation, kind, samples in families:
            family = joined.setdefault(name, Metric(name, documentation, kind))
            for sample, labels, value in samples:
                family.add_sample(sample, {**labels, "process": str(process)}, value)
    return list(joined.values())


def _read(path: Path) -> list[Written]:
    try:
        counts: list[Written] = json.loads(path.read_text("utf-8"))
        return counts
    except (OSError, ValueError):
        return []
