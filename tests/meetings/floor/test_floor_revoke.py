"""Turns ended in the midst of a sentence, in short; tests/benchmarks/floor_revoke.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process
SHORT = ("--turns", "2", "--listeners", "5")
BUSY = ("--most", "1500")
"""Where tests run, much else does."""


def test_nothing_is_heard_before_the_call_or_after_the_end() -> None:
    status, said = short("floor_revoke", *SHORT, *BUSY)
    assert status == 0, said
    assert "packets heard from before the call: 0" in said


def test_the_proof_notices_a_turn_that_ends_too_late() -> None:
    status, said = short("floor_revoke", *SHORT, "--control")
    assert status == 1, said
    assert "turns heard later than that: 2" in said
