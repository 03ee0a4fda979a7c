"""SIGTERM under load, in short; tests/benchmarks/shutdowns.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
FEW = ("--pages", "20", "--clients", "10", "--seed", "1")


def test_every_act_is_kept_or_sent_again_and_every_page_told() -> None:
    status, said = short("shutdowns", "--rounds", "3", *FEW)
    assert status == 0, said
    assert "pages told that the server restarts (1012): 60\n" in said


def test_the_proof_notices_a_server_that_is_killed_instead() -> None:
    status, said = short("shutdowns", "--rounds", "1", "--control", *FEW)
    assert status == 1, said
    assert "0 of 20 pages were told" in said
