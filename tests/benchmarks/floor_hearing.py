"""What listeners have got of what was sent meanwhile, how late, and waiting for the last of it."""

import asyncio
import time
from collections.abc import Sequence

from tests.benchmarks import machine
from tests.benchmarks.floor_clients import Ear
from tests.benchmarks.results import Figures

MISSING, TWICE = "packets not delivered", "packets delivered twice"
P95 = "microphone to listener, p95, ms"
SETTLING_S, LAST_S = 1.0, 3.0


def hearing(ears: Sequence[Ear], sent: set[int]) -> Figures:
    """Over all packets and listeners."""
    delays = [delay for ear in ears for seq, delay in zip(ear.seqs, ear.delays, strict=True) if seq in sent]
    return {
        "listeners": len(ears),
        "packets sent": len(sent),
        MISSING: missing(ears, sent),
        TWICE: len(delays) + missing(ears, sent) - len(ears) * len(sent),
        "microphone to listener, p50, ms": machine.percentile(delays, 0.5) * 1000,
        P95: machine.percentile(delays, 0.95) * 1000,
        "microphone to listener, most, ms": max(delays) * 1000,
    }


def missing(ears: Sequence[Ear], sent: set[int]) -> int:
    return sum(len(sent.difference(ear.seqs)) for ear in ears)


async def have_all(ears: Sequence[Ear], sent: set[int]) -> None:
    """Or until the last packets should have come."""
    deadline = time.monotonic() + LAST_S
    while missing(ears, sent) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)


async def lose(ear: Ear, seconds: float) -> None:
    """For the control: away for a second, and back."""
    await asyncio.sleep((seconds - 1) / 2)
    ear.leave()
    await asyncio.sleep(1)
    await ear.open()
    await asyncio.sleep((seconds - 1) / 2)
