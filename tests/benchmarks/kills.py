"""kill -9 of the web process under load: is every acknowledged write there, once, in order?

python tests/benchmarks/kills.py --kills 20

Residents join the queue of one meeting as fast as they are answered; the server is killed at a random
moment, started again, and the rest is sent with the same keys, as a browser would. A lost, doubled or
reordered request, or a chain that does not follow, ends it with status 1. --seed replays a run's choices;
when the kill falls within a request is the machine's.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[2]))

from comments.queue.models import Request
from engage import people, record
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from meetings.models import Meeting
from tests import make

IS_CONTROL = "--control" in sys.argv
SERVE = [sys.executable, "-m", "engage", "serve", "--no-worker"]


@dataclass
class Sent:
    """What the residents know: in the order of acknowledgement, each with the times it was under way."""

    acknowledged: list[tuple[str, float, float]] = field(default_factory=list)
    unanswered: int = 0
    retried: int = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "ENGAGE_DATA": str(data), "ENGAGE_PORT": str(port), "ENGAGE_POSTS_PER_MINUTE": "1000000",
    }  # fmt: skip
    process = subprocess.Popen(
        SERVE, env=environment, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL
    )
    for _ in range(600):
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return process
        except httpx2.HTTPError:
            time.sleep(0.05)
    raise TimeoutError("the server did not start")


def resident(number: int, url: str, meeting: str, sent: Sent, ending: threading.Event) -> None:
    """Joins as one new person after another; an unanswered form is sent again, with its key."""
    n = 0
    while not ending.is_set():
        n += 1
        name = f"resident {number}-{n}"
        cookies = {f"p_{meeting}": f"token-{number}-{n}"}
        form = {"key": f"key-{n}", "name": name, "mode": "remote"}
        began = time.monotonic()
        tries = 0
        while True:
            tries += 1
            if IS_CONTROL:  # a browser that forgets its key and its cookie
                form["key"], cookies[f"p_{meeting}"] = f"key-{n}-{tries}", f"token-{number}-{n}-{tries}"
            try:
                answer = httpx2.post(
                    f"{url}/meetings/{meeting}/items/general/request", data=form, cookies=cookies
                )
            except httpx2.HTTPError:
                if ending.is_set():
                    sent.unanswered += 1
                    return
                time.sleep(0.02)
                continue
            assert answer.status_code == 303, (answer.status_code, answer.text[-600:])
            if IS_CONTROL and tries == 1 and n % 3 == 0:
                continue  # as if the answer had been lost on its way
            sent.retried += tries > 1
            sent.acknowledged.append((name, began, time.monotonic()))
            break


def faults(data: Path, meeting: str, sent: Sent) -> list[str]:
    """What is wrong in the store, given what was acknowledged."""
    store = Database(data / "engage.sqlite")
    try:
        return store.read_now(lambda db: _faults(db, meeting, sent))
    finally:
        store.close()


def _faults(db: object, meeting: str, sent: Sent) -> list[str]:
    found = []
    rows = db.execute(  # type: ignore[attr-defined]
        select(people.Participant.name, Request.place)
        .join(Request, Request.participant_id == people.Participant.id)
        .where(Request.meeting_id == meeting)
    ).all()
    places = {row.name: row.place for row in rows}
    if len(places) != len(rows):
        found.append(f"{len(rows) - len(places)} doubled")
    lost = [name for name, _, _ in sent.acknowledged if name not in places]
    if lost:
        found.append(f"{len(lost)} lost, such as {lost[0]}")
    if len(set(places.values())) != len(places):
        found.append("two requests have one place")
    ends = sorted((end, places[name]) for name, _, end in sent.acknowledged if name in places)
    highest, at = [], 0
    for end, place in ends:
        at = max(at, place)
        highest.append((end, at))
    for name, began, _ in sent.acknowledged:
        before = [place for end, place in highest if end < began][-1:]
        if name in places and before and places[name] < before[0]:
            found.append(f"{name} stands before somebody acknowledged earlier")
            break
    if (seq := record.first_fault(db, meeting)) is not None:  # type: ignore[arg-type]
        found.append(f"entry {seq} does not follow")
    return found


def run(kills: int, seed: int, residents: int) -> int:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        migrate(Settings(data=data).database)
        store = Database(data / "engage.sqlite")
        meeting: Meeting = store.write_now(lambda db: make.meeting(db, make.body(db)))
        store.close()
        port, sent, ending = free_port(), Sent(), threading.Event()
        server = start(data, port)
        url = f"http://127.0.0.1:{port}"
        threads = [
            threading.Thread(target=resident, args=(n, url, meeting.id, sent, ending))
            for n in range(residents)
        ]
        for thread in threads:
            thread.start()
        restarts = []
        for _ in range(kills):
            time.sleep(chance.uniform(0.1, 0.8))
            server.send_signal(signal.SIGKILL)
            server.wait()
            began = time.monotonic()
            server = start(data, port)
            restarts.append(time.monotonic() - began)
        time.sleep(0.3)
        ending.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait()
        found = faults(data, meeting.id, sent)
    print(f"seed {seed}: {kills} kills, {len(sent.acknowledged)} acknowledged, {sent.retried} sent again")
    median = sorted(restarts)[len(restarts) // 2]
    print(f"restart to first answer: median {median:.2f} s, most {max(restarts):.2f} s")
    print("lost 0, doubled 0, reordered 0, chain whole" if not found else "\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--control", action="store_true", help="switch the keys off: must find doubled requests"
    )
    parser.add_argument("--residents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.exit(run(chosen.kills, chosen.seed, chosen.residents))
