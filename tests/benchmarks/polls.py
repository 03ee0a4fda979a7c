"""Is everybody counted once, and does the announced result hold, when ballots race with a close?

python tests/benchmarks/polls.py --participants 1000 --posts 10 --rounds 100 --votes 200

First every participant of one poll sends many ballots at once: retries of one form and forms of other tabs,
from threads, from tasks and, for every tenth, as posts through the app. Then, round by round, ballots race
with fifty closes of a new poll, every tenth round through the app. Compared each time: who was told that they
are counted, the close's entry, the rows, the page, and the tally from the record alone. --control takes the
key of the table of who has answered away: it must count too many. What differs ends it with status 1.
--seed replays the choices; who comes first is the machine's.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from comments.surveys import queries
from comments.surveys.models import (
    HANDS,
    MULTIPLE,
    RANKING,
    RATING,
    SINGLE,
    Answered,
    Ballot,
    Question,
    Survey,
)
from comments.surveys.recount import faults, recount
from engage import record
from tests.benchmarks.ballots import (
    COUNTED,
    POST,
    REFUSED,
    TASK,
    THREAD,
    House,
    at_once,
    ballot,
    closing,
    open_poll,
    opened,
)
from tests.make import in_a_loop

KINDS = (HANDS, SINGLE, MULTIPLE, RATING, RANKING)
CLOSES = 50
"""Of as many hands: one counts, and the others are told that it is closed."""
APP_SHARE = 10
NUMBER = r'<td class="number"[^>]*>(\d+)</td>'
ROW = re.compile(rf'<th scope="row">(.*?)</th>.*?{NUMBER}(?:{NUMBER})?')
WITHOUT_KEY = "create table answered (survey_id text, participant_id text, key text)"


@dataclass
class Once:
    """What one poll came to; `told` is what its senders heard."""

    told: Counter[str]
    people: int
    ballots: int
    entries: int
    seconds: float

    def is_right(self, participants: int) -> bool:
        return {self.people, self.ballots, self.entries, self.told[COUNTED]} == {participants}


@dataclass
class Race:
    """How many were counted before the close, and what does not agree."""

    counted: int
    faults: list[str] = field(default_factory=list)


async def count_once(house: House, participants: int, posts: int) -> Once:
    poll = await open_poll(house, SINGLE)
    sends = []
    for n in range(participants):
        for post in range(posts):
            way = POST if n % APP_SHARE == 0 else (TASK, THREAD)[post % 2]
            key = "the form" if house.chance.random() < 0.5 else f"the form of tab {post}"
            sends.append(ballot(house, poll, f"token {n}", key, way))
    house.chance.shuffle(sends)
    began = time.perf_counter()
    told = await at_once(sends)
    spent = time.perf_counter() - began
    return await house.store.read(lambda db: once(db, house, told, spent))


def once(db: Session, house: House, told: Counter[str], seconds: float) -> Once:
    people, ballots = (
        db.scalar(select(func.count()).select_from(table)) or 0 for table in (Answered, Ballot)
    )
    entries = len(record.of_kinds(db, [house.meeting], ["survey.answered"]))
    return Once(told, people, ballots, entries, seconds)


async def lose_key(house: House) -> None:
    def work(db: Session) -> None:
        db.execute(text("drop table answered"))
        db.execute(text(WITHOUT_KEY))

    await house.store.write(work)


async def race(house: House, number: int, votes: int) -> Race:
    """The closes come together, at a random place among the ballots."""
    chance, kind = house.chance, KINDS[number % len(KINDS)]
    poll = await open_poll(house, kind)
    ways = [POST] if number % APP_SHARE == 0 else [TASK, THREAD]
    sends = [ballot(house, poll, f"token {n}", f"form {number}", chance.choice(ways)) for n in range(votes)]
    chance.shuffle(sends)
    place, way = chance.randint(0, votes), chance.choice(ways)
    sends[place:place] = [closing(house, poll, way) for _ in range(CLOSES)]
    told = await at_once(sends)
    late = await ballot(house, poll, "somebody late", "late", way)()
    found = [] if (told["closed"], late) == (1, REFUSED) else [f"{told['closed']} closes, late: {late}"]
    page = await house.clerk.get(f"/meetings/{house.meeting}/surveys/{poll.id}")
    found += await house.store.read(
        lambda db: disagreements(db, house.meeting, poll.id, told[COUNTED], page.text)
    )
    return Race(told[COUNTED], [f"round {number} ({kind}): {each}" for each in found])


def disagreements(db: Session, meeting_id: str, poll_id: str, told: int, html: str) -> list[str]:
    """Between what voters were told, the close's entry, the rows, the page, and the record counted again."""
    book = record.since(db, meeting_id, record.Cursor(0, "")) or []
    of_poll = [entry for entry in book if entry.facts.get("survey") == poll_id]
    (end,) = [entry for entry in of_poll if entry.kind == "survey.closed"]
    ballots = [entry for entry in of_poll if entry.kind == "survey.answered"]
    poll = db.get_one(Survey, poll_id)
    (question,) = poll.questions
    result, counted = queries.result_of(db, poll), recount(of_poll)[poll_id][question.id]
    people = {
        "told": told, "close": end.facts["answers"], "entries": len(ballots), "recount": counted.people,
        "rows": result.answers,
    }  # fmt: skip
    tally = {
        "close": (end.facts["counts"], end.facts["points"]),
        "rows": (result.counts, result.points),
        "page": on_page(html, question),
        "recount": (counted.chosen, counted.points),
    }  # fmt: skip
    if not told:
        del tally["page"]  # it says in words that nobody has answered
    late = [entry.seq for entry in ballots if entry.seq > end.seq]
    return [
        *([str(people)] if len(set(people.values())) > 1 else []),
        *([str(tally)] if any(each != tally["recount"] for each in tally.values()) else []),
        *(f"entry {seq} is a ballot after the close" for seq in late),
    ]


def on_page(html: str, question: Question) -> tuple[dict[str, int], dict[str, int]]:
    """Counts and points by option's id, read from the page's table; its columns are counts and shares, or
    points and first places."""
    ids = {question.wording(each, "en"): each.id for each in question.options}
    rows = {ids[words]: numbers for words, *numbers in ROW.findall(html)}
    columns = [{each: int(row[n] or 0) for each, row in rows.items()} for n in (0, 1)]
    return (columns[1], columns[0]) if question.kind == RANKING else (columns[0], {})


async def all_faults(house: House) -> list[str]:
    def work(db: Session) -> list[str]:
        broken = record.first_fault(db, house.meeting)
        return faults(db, house.meeting) + ([f"entry {broken} does not follow"] if broken else [])

    return await house.store.read(work)


async def run(chosen: argparse.Namespace, data: Path) -> int:
    async with opened(data, chosen.seed) as house:
        if chosen.control:
            await lose_key(house)
        one = await count_once(house, chosen.participants, chosen.posts)
        print(f"seed {chosen.seed}: {chosen.participants} participants x {chosen.posts} ballots at once")
        print(f"{one.people} counted, {one.ballots} ballots, {one.entries} entries, in {one.seconds:.1f} s")
        print(f"the senders were told: {dict(one.told)}")
        if chosen.control:
            is_caught = one.people > chosen.participants
            print("control: counted too many" if is_caught else "THE CONTROL HAS COUNTED RIGHT")
            return 0 if is_caught else 1
        races = [await race(house, n, chosen.votes) for n in range(chosen.rounds)]
        wrong = [each for race in races for each in race.faults] + await all_faults(house)
    before = sorted(race.counted for race in races)
    print(f"{len(races)} races of {chosen.votes} ballots with {CLOSES} closes; counted before the close: "
          f"least {before[0]}, median {before[len(before) // 2]}, most {before[-1]}")  # fmt: skip
    print("\n".join(wrong) or "told, close, rows, page and recount agree in every race; the record verifies")
    return 0 if one.is_right(chosen.participants) and not wrong else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--votes", type=int, default=200)
    parser.add_argument("--control", action="store_true", help="without the table's key: must count too many")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(in_a_loop(run(parser.parse_args(), Path(folder))))
