"""The clerk ends a turn in the midst of a sentence: until when does anything still reach a listener?

python -m tests.benchmarks.floor_revoke --turns 50 --listeners 20

Each turn is a resident's own: their browser sends packets of 20 ms without a pause, before they are called
and after their turn has ended. The clerk calls, starts and ends it by the console's own forms. For each
listener the time runs from before the POST that ends the turn to the last packet of the turn. What was said
before the POST that calls them must never be heard, and the recording must hold no more than that either.
--control: the clerk's hand hesitates between the moment that is counted from and the POST: must be found.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx2
import uvloop
from sqlalchemy.orm import Session

from comments.queue.actions import join_queue
from engage.db import Database
from engage.people import SESSION_COOKIE
from engage.settings import Settings
from meetings.floor.actions import agree_to_be_heard
from meetings.floor.joining import packets_of
from meetings.floor.packets import FRAME_MS as FRAME
from meetings.models import Meeting
from tests import make
from tests.benchmarks import machine
from tests.benchmarks.floor_city import HeardCity, plant_heard
from tests.benchmarks.floor_clients import OPUS_BYTES, SENT, WIDE, Ear, Microphone, listen_all, sent_at
from tests.benchmarks.floor_house import floor_parts
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving
from tests.benchmarks.sites import Site

MOST_MS = 300.0
SPOKEN_S, AFTER_S = 0.5, 0.5
"""How long each is heard before the turn is ended, and how long they go on sending."""
HESITATION_S = 0.4
LAST = "POST to the last packet at any listener, most, ms"
BEFORE, AFTER = "packets heard from before the call", "turns heard later than that"
OUTSIDE = "packets in the file from before a call, or from later than that"
UNHEARD = "turns that nobody heard"
FRAME_MS = 20


def plant_line(city: HeardCity, count: int) -> list[str]:
    """Residents in line who have agreed; their requests' ids. Each one's cookie says their number."""

    def work(db: Session) -> list[str]:
        meeting, made = db.get_one(Meeting, city.meeting_id), []
        for number in range(count):
            person = make.participant(db, meeting, f"Resident {number}", token=token_of(number))
            agree_to_be_heard(db, meeting, person.actor, by=person.actor)
            made.append(join_queue(db, meeting, None, person, by=person.actor, mode="remote").id)
        return made

    store = Database(Settings(data=city.data).database)
    try:
        return store.write_now(work)
    finally:
        store.close()


def token_of(number: int) -> str:
    return f"resident-with-number-{number:04}"


class Turn(NamedTuple):
    lasts: list[float]
    """Ms from the POST that ends it to each listener's last packet."""
    answered: float
    """Ms from that POST to its answer: the act is on disk."""
    early: int
    """Packets from before the call that were heard."""
    heard: int
    said: set[float]
    """When each packet was sent that a listener heard."""
    began: float
    ended: float


class Evening:
    """One server, those who listen there, and the clerk."""

    hesitates_s = 0.0

    def __init__(self, site: Site, city: HeardCity, http: httpx2.AsyncClient, ears: Sequence[Ear]) -> None:
        self.site, self.city, self.http, self.ears = site, city, http, ears

    async def post(self, path: str, **fields: str) -> float:
        """As the console's button does; when it was answered, the act being on disk."""
        url = f"{self.site.url}/clerk/meetings/{self.city.meeting_id}/{path}"
        cookie = f"{SESSION_COOKIE}={self.city.clerk_token}"
        answer = await self.http.post(url, data=fields, headers={"cookie": cookie})
        if answer.status_code != 303:
            raise RuntimeError(f"{path} was answered with {answer.status_code}")
        return time.monotonic()

    async def turn(self, number: int, request: str) -> Turn:
        for ear in self.ears:
            del ear.seqs[:], ear.times[:], ear.delays[:]
        cookie = f"p_{self.city.meeting_id}={token_of(number)}"
        path = f"/meetings/{self.city.meeting_id}/speak"
        microphone = Microphone(self.site, path, cookie, frame_ms=FRAME_MS)
        speaking = asyncio.create_task(microphone.run())
        await asyncio.sleep(AFTER_S)
        called = time.monotonic()
        await self.post("floor", request=request)
        await self.post(f"requests/{request}/start")
        await asyncio.sleep(SPOKEN_S)
        ended = time.monotonic()
        await asyncio.sleep(self.hesitates_s)
        answered = await self.post(f"requests/{request}/end")
        await asyncio.sleep(AFTER_S)
        speaking.cancel()
        early = sum(microphone.sent[seq] < called for ear in self.ears for seq in ear.seqs)
        lasts = [(ear.times[-1] - ended) * 1000 for ear in self.ears if ear.times]
        return Turn(
            lasts, (answered - ended) * 1000, early, sum(len(ear.seqs) for ear in self.ears),
            {microphone.sent[seq] for seq in self.ears[0].seqs}, called, ended,
        )  # fmt: skip


def in_the_file(city: HeardCity, turns: Sequence[Turn], most_ms: float) -> Figures:
    """Of the floor's recording, once the server has ended; of a pause it may leave a packet out."""
    packets = [
        each for part in floor_parts(city) for each in packets_of(part.path) if each[0] == WIDE[FRAME_MS]
    ]
    kept = {sent_at(each) for each in packets if len(each) >= SENT.size}
    said = {sent_at(each) for each in packets if len(each) == OPUS_BYTES * FRAME_MS // FRAME}
    heard = {moment for turn in turns for moment in turn.said}
    within = [(turn.began, turn.ended + most_ms / 1000) for turn in turns]
    return {
        "packets in the file": len(kept),
        "of those with speech, heard by nobody": len(said - heard),
        OUTSIDE: sum(not any(began <= moment <= ended for began, ended in within) for moment in kept),
    }


async def measure(
    site: Site, city: HeardCity, requests: Sequence[str], chosen: argparse.Namespace
) -> tuple[Figures, list[Turn]]:
    ears = [Ear(site, city.meeting_id) for _ in range(chosen.listeners)]
    await listen_all(ears)
    async with httpx2.AsyncClient(timeout=60) as http:
        evening = Evening(site, city, http, ears)
        evening.hesitates_s = HESITATION_S if chosen.control else 0
        turns = [await evening.turn(number, request) for number, request in enumerate(requests)]
    for ear in ears:
        ear.leave()
    lasts = [last for each in turns for last in each.lasts]
    after = [last - each.answered for each in turns for last in each.lasts]
    return {
        "turns": len(turns),
        "listeners": len(ears),
        "packets heard": sum(each.heard for each in turns),
        UNHEARD: sum(len(each.lasts) < len(ears) for each in turns),
        BEFORE: sum(each.early for each in turns),
        "POST to the last packet at a listener, p50, ms": machine.percentile(lasts, 0.5),
        "POST to the last packet at a listener, p95, ms": machine.percentile(lasts, 0.95),
        LAST: max(lasts),
        AFTER: sum(max(each.lasts, default=0.0) > chosen.most for each in turns),
        "POST to its answer, p95, ms": machine.percentile([each.answered for each in turns], 0.95),
        "POST to its answer, most, ms": max(each.answered for each in turns),
        "answer to the last packet at any listener, most, ms": max(after),
    }, turns


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    with tempfile.TemporaryDirectory() as folder:
        city = plant_heard(Path(folder) / "data")
        requests = plant_line(city, chosen.turns)
        with (
            serving(city.data) as (port, _),
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            figures, turns = runner.run(measure(Site.here(port), city, requests, chosen))
        figures |= in_the_file(city, turns, chosen.most)
    report("floor revoke" + (", control" if chosen.control else ""), figures, save=chosen.save)
    return 1 if figures[UNHEARD] or figures[BEFORE] or figures[AFTER] or figures[OUTSIDE] else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--listeners", type=int, default=20)
    parser.add_argument("--most", type=float, default=MOST_MS, help="ms until everybody is silent")
    parser.add_argument("--control", action="store_true", help="each turn ends too late: must be found")
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
