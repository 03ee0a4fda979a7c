"""The races of tests/benchmarks/polls.py in short, with their control."""

from pathlib import Path

import pytest

from tests.benchmarks import polls
from tests.benchmarks.ballots import opened
from tests.make import in_a_loop

pytestmark = pytest.mark.proof


def test_everybody_is_counted_once_and_every_close_tells_what_was_counted(tmp_path: Path) -> None:
    async def run() -> tuple[bool, list[str], set[int]]:
        async with opened(tmp_path, seed=5) as house:
            one = await polls.count_once(house, 20, 6)
            races = [await polls.race(house, number, 30) for number in range(6)]
            wrong = [each for race in races for each in race.faults] + await polls.all_faults(house)
            return one.is_right(20), wrong, {race.counted for race in races}

    is_right, wrong, counted = in_a_loop(run())
    assert (is_right, wrong) == (True, [])
    assert len(counted) > 2


def test_without_the_tables_key_too_many_are_counted(tmp_path: Path) -> None:
    async def run() -> int:
        async with opened(tmp_path, seed=5) as house:
            await polls.lose_key(house)
            return (await polls.count_once(house, 5, 6)).people

    assert in_a_loop(run()) == 30


def test_a_result_that_is_not_the_ballots_is_found(tmp_path: Path) -> None:
    """The comparison's own control: a page with other numbers, and one voter more than was counted."""

    async def run() -> list[list[str]]:
        async with opened(tmp_path, seed=5) as house:
            race = await polls.race(house, 1, 30)
            (poll_id,) = await house.store.read(lambda db: polls.recount(polls.record.since(
                db, house.meeting, polls.record.Cursor(0, "")) or []).keys())  # fmt: skip
            url = f"/meetings/{house.meeting}/surveys/{poll_id}"
            html = (await house.clerk.get(url)).text
            other = html.replace('<td class="number">', '<td class="number">1')
            return [
                race.faults,
                await house.store.read(
                    lambda db: polls.disagreements(db, house.meeting, poll_id, race.counted, other)
                ),
                await house.store.read(
                    lambda db: polls.disagreements(db, house.meeting, poll_id, race.counted + 1, html)
                ),
            ]

    agree, other_page, one_more = in_a_loop(run())
    assert (agree, len(other_page), len(one_more)) == ([], 1, 1)
