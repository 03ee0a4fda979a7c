"""Acts made while pages watch, and when each page had each of them."""

import asyncio
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.open_pages import Page
from tests.benchmarks.posting import Posted, Poster

PATIENCE_S = 30
"""An act that a page has not got by then is not delivered."""
Table = NDArray[np.float64]
"""Milliseconds: a row for each act, a column for each page, nan where it was not delivered."""


async def act_one_by_one(poster: Poster, pages: Sequence[Page], acts: int) -> list[Posted]:
    """Each act as soon as every page has the one before."""
    done = []
    for _ in range(acts):
        done.append(await poster.act())
        await have_all(pages, done[-1].seq)
    return done


async def have_all(pages: Sequence[Page], seq: int, seconds: float = PATIENCE_S) -> bool:
    """Wait until every page has the entry with this number; False when the time has run out."""
    deadline = time.monotonic() + seconds
    for page in pages:
        while not page.seqs or page.seqs[-1] < seq:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.001)
    return True


async def act_at_rate(poster: Poster, acts: int, rate: float) -> list[Posted]:
    """Comments as they fall due, whatever the server does; a clerk's acts one after another."""
    began = time.monotonic()

    async def act_when_due(n: int) -> Posted:
        await asyncio.sleep(began + n / rate - time.monotonic())
        return await poster.act()

    if poster.session:
        return [await act_when_due(n) for n in range(acts)]
    return list(await asyncio.gather(*(act_when_due(n) for n in range(acts))))


def delays(done: Sequence[Posted], pages: Sequence[Page]) -> Table:
    """From the start of each act's POST to the first whole frame with its entry in it."""
    table = np.full((len(done), len(pages)), np.nan)
    began, seqs = np.array([act.began for act in done]), np.array([act.seq for act in done])
    for column, page in enumerate(pages):
        at = np.searchsorted(np.array(page.seqs), seqs)
        has = at < len(page.times)
        table[has, column] = (np.array(page.times)[at[has]] - began[has]) * 1000
    return table


def frames_since(began: float, pages: Sequence[Page]) -> int:
    """Frames that these pages have got since a monotonic moment."""
    return sum(len(page.times) - int(np.searchsorted(np.array(page.times), began)) for page in pages)
