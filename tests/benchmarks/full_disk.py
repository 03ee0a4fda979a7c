"""The disk is full: are uploads refused first, is everybody told plainly, and is nothing lost?

python -m tests.benchmarks.full_disk --rounds 10

The data folder lies on a small disk of its own (a tmpfs; needs root). Under the load L it is filled at random
moments, first to below the reserve: uploads are refused with 507, an upload that is under way is ended and
leaves nothing, comments go on. Then to the last page: acts are answered with 303 or 503. Space is freed,
and the next act is to be kept within five seconds.

--control: without the reserve, an upload must be taken.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from engage.people import SESSION_COOKIE
from engage.space import RESERVE
from tests.benchmarks.asking import COMMENT, Asking, wrong_answers
from tests.benchmarks.load import Load, faults_now, plant
from tests.benchmarks.load_city import Planted
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving
from tests.benchmarks.small_disk import MIB, NotAllowed, SmallDisk, small_disk

SIZE = RESERVE + 64 * MIB
LAST_PAGES = 40 << 10
HELD_S = 1.5
SOON_S = 5.0
FORM = {"content-type": 'multipart/form-data; boundary="b0"'}
HEAD = b'--b0\r\nContent-Disposition: form-data; name="file"; filename="council.mp4"\r\n\r\n'
END = b"\r\n--b0--\r\n"
NO_RESERVE = """
import runpy, sys
from engage import space
space.RESERVE = 0
sys.argv = sys.argv[3:]
runpy.run_module("engage", run_name="__main__")
"""
"""Stands before the command that serves."""
NOT_ALLOWED = 77
"""Status when there can be no small disk."""


@dataclass(frozen=True)
class Round:
    """From when until when only uploads should be refused (monotonic seconds), and how many seconds after
    space was freed an act was kept."""

    low: tuple[float, float]
    recovery: float


@dataclass
class Clerk:
    """Sends files; `wrong` is what should not have been answered."""

    url: str
    city: Planted
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=30))
    sent: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def send(self, where: str, content: Iterator[bytes] | bytes, *, expected: int) -> None:
        cookie = {"cookie": f"{SESSION_COOKIE}={self.city.clerk_token}"}
        url = f"{self.url}/clerk/meetings/{self.city.meeting_id}/{where}"
        answer = self.client.post(url, content=content, headers=FORM | cookie)
        self.sent[answer.status_code] += 1
        is_plain = expected != 507 or "not enough space left on the server" in answer.text
        if answer.status_code != expected or not is_plain:
            self.wrong.append(f"a file for {where.partition('/')[0]} was answered {answer.status_code}")

    def send_both(self) -> None:
        """A recording, and a document for an agenda item."""
        self.send("recordings", HEAD + os.urandom(MIB) + END, expected=507)
        document = HEAD.replace(b"mp4", b"pdf") + b"%PDF-1.7" + END
        self.send(f"agenda/{self.city.item_ids[0]}/files", document, expected=507)

    def send_while_it_fills(self, disk: SmallDisk) -> None:
        """The reserve is reached in the middle of the file."""

        def content() -> Iterator[bytes]:
            yield HEAD + bytes(8 * MIB)
            disk.fill(RESERVE - MIB)
            yield from (bytes(MIB) for _ in range(16))
            yield END

        self.send("recordings", content(), expected=507)
        left = [path for path in (self.city.data / "files").rglob("*") if path.is_file()]
        self.wrong += [f"{path.name} was left" for path in left]


def run(rounds: int, clients: int, rate: float, seed: int, *, is_control: bool, save: bool) -> int:
    chance = random.Random(seed)
    before = (sys.executable, "-c", NO_RESERVE) if is_control else ()
    with small_disk(SIZE) as disk:
        (disk.place / "data").mkdir()
        city = plant(disk.place / "data")
        with serving(city.data, before=before) as (port, _):
            url = f"http://127.0.0.1:{port}"
            load = Load(url, city, clients=clients, rate=rate, seed=seed)
            asking, clerk = Asking(url, city), Clerk(url, city)
            load.start()
            asking.start()
            course = [fill_and_free(disk, clerk, load, chance) for _ in range(rounds)]
            asking.stop()
            load.stop()
        found = [*faults_now(city, load.acks), *load.differing]
    return tell(load, asking, clerk, course, found, seed, is_control=is_control, save=save)


def fill_and_free(disk: SmallDisk, clerk: Clerk, load: Load, chance: random.Random) -> Round:
    time.sleep(chance.uniform(0.3, 1.5))
    began = time.monotonic()
    clerk.send_while_it_fills(disk)
    disk.fill(chance.randint(8 * MIB, RESERVE // 2))
    clerk.send_both()
    low = began, time.monotonic()
    disk.fill(chance.randint(0, LAST_PAGES))
    time.sleep(HELD_S)
    clerk.send_both()
    disk.clear()
    freed = time.monotonic()
    while (now := time.monotonic()) < freed + 4 * SOON_S:
        if any(ack.began > freed for ack in load.acks[-20:]):
            break
        time.sleep(0.02)
    return Round(low, now - freed)


def tell(
    load: Load, asking: Asking, clerk: Clerk, course: list[Round], found: list[str], seed: int, *,
    is_control: bool, save: bool,
) -> int:  # fmt: skip
    comments = [each for low in course for each in asking.of(COMMENT, since=low.low[0], until=low.low[1])]
    told = [each for each in asking.of(COMMENT) if each.status == 503]
    others = (
        Counter(each.status for each in asking.answers if each.status not in (200, 303, 503)) + load.refused
    )
    slowest = max(each.recovery for each in course)
    figures: Figures = {
        "times that the disk was full": len(course),
        "acts acknowledged": len(load.acks),
        "acknowledged acts lost, doubled or reordered": len(found),
        "comments refused while only uploads should be": sum(each.status != 303 for each in comments),
        "comments told that nothing was saved (503), disk full": len(told),
        "uploads refused (507)": clerk.sent[507],
        "other answers": str(dict(others) or "none"),
        "slowest act after space was freed, s": slowest,
    }
    report("full disk, control" if is_control else "full disk", figures, save=save, seed=seed)
    wrong = [
        *found, *clerk.wrong,
        *(f"a comment was answered {each.status} too soon" for each in comments if each.status != 303),
        *wrong_answers(asking, others, slowest, SOON_S),
    ]  # fmt: skip
    print("\n".join([f"seed {seed}", *wrong[:20]]))
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rate", type=float, default=100, help="writes a second")
    parser.add_argument("--control", action="store_true", help="no reserve: an upload must be taken")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    try:
        sys.exit(
            run(
                chosen.rounds, chosen.clients, chosen.rate, chosen.seed,
                is_control=chosen.control, save=chosen.save,
            )
        )  # fmt: skip
    except NotAllowed:
        print("A small disk cannot be mounted here: this needs root.")
        sys.exit(NOT_ALLOWED)
