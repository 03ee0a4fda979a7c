"""Dropped connections, in short; tests/benchmarks/drops.py is the whole proof."""

import random

import pytest

from tests.benchmarks.fault_proxy import CRUMBS, KINDS, pieces, script
from tests.benchmarks.short import short

pytestmark = pytest.mark.process
SHORT = ("--clients", "10", "--kills", "0", "--life", "0.4", "--no-wait-for-silent")


def test_pages_that_lost_their_connections_show_what_a_fresh_page_shows() -> None:
    status, said = short("drops", *SHORT, "--drops", "10")
    assert status == 0, said
    assert "faults: 0" in said


def test_the_proof_notices_pages_that_do_not_say_what_they_have_seen() -> None:
    status, said = short("drops", *SHORT, "--drops", "2", "--control", "--patience", "3")
    assert status == 1, said
    assert "shows another panel-comments than a fresh page" in said
    assert "withheld at" in said


def test_a_seed_gives_the_same_faults_of_every_kind() -> None:
    faults = script(random.Random("7-0"), 100, (0.3, 1))
    assert script(random.Random("7-0"), 100, (0.3, 1)) == faults
    assert {fault.kind for fault in faults} == set(KINDS)


@pytest.mark.parametrize("crumb", [0, 1, 200])
def test_what_goes_through_in_pieces_is_whole(crumb: int) -> None:
    data = random.Random(crumb).randbytes(5_000)
    cut = list(pieces(data, crumb))
    assert b"".join(cut) == data
    assert len(cut) == {0: 1, 1: CRUMBS + 1, 200: 25}[crumb]
