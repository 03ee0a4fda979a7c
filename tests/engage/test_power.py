"""Power loss, in short; tests/benchmarks/power.py is the whole proof."""

import random

import pytest

from tests.benchmarks.power_disk import Disk, Step
from tests.benchmarks.short import short

pytestmark = pytest.mark.proof
WAYS = ("with WAL", "with WAL, short log", "without WAL")


def test_nothing_acknowledged_is_lost() -> None:
    status, said = short("power", "--states", "100", "--seed", "1")
    assert status == 0, said
    for way in WAYS:
        assert f"{way}: power cuts: 100\n" in said
        assert f"{way}: states that miss an acknowledged act: 0\n" in said
        assert f"{way}: broken states: 0\n" in said


def test_the_proof_sees_what_a_weaker_setting_loses() -> None:
    status, said = short("power", "--states", "20", "--seed", "1", "--control")
    assert status == 1, said
    for way in WAYS:
        assert f"{way}: states that miss an acknowledged act: 0\n" not in said


def left(*steps: Step) -> set[bytes]:
    """Every content of the file `a` that is found after some cut; of what is torn, many."""
    disk = Disk({"a": b"old"})
    for step in steps:
        disk.follow(step)
    return {disk.crash(random.Random(seed)).get("a", b"gone") for seed in range(200)}


WRITE = Step("write", "a", 1, 0, b"new")
MORE = Step("write", "a", 1, 600, b"x" * 600)
SYNC = Step("sync", "a", 1)


def test_the_disk_keeps_what_was_synced_and_anything_of_the_rest() -> None:
    assert left(WRITE) == {b"old", b"new"}
    assert left(WRITE, SYNC) == {b"new"}
    assert left(SYNC, WRITE, Step("truncate", "a", 1, 1)) == {b"old", b"new", b"n", b"o"}


def test_a_write_may_be_torn_at_every_sector() -> None:
    parts = {b"old" + bytes(597), b"\0" * 600}
    whole = {content[600:] for content in left(MORE)}
    assert parts and whole == {b"", b"x" * 600, b"x" * 424, bytes(424) + b"x" * 176}


def test_a_name_lasts_once_its_folder_is_synced() -> None:
    gone = Step("delete", "a", 1, at=0)
    assert left(gone) == {b"old", b"gone"}
    assert left(Step("delete", "a", 1, at=1)) == {b"gone"}
    other = (Step("create", "b", 2), Step("sync", "b", 2))
    assert left(gone, *other) == {b"gone"}
