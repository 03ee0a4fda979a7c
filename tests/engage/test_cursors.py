"""Cursors never skip, in short; tests/benchmarks/cursors.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.proof


def test_a_reader_misses_nothing_of_writers_who_stall() -> None:
    status, said = short("cursors", "--interleavings", "200", "--seed", "1")
    assert status == 0, said
    assert "entries missed: 0\n" in said
    assert "interleavings not read once and in order: 0\n" in said


def test_the_proof_sees_what_a_number_taken_too_early_makes_a_reader_miss() -> None:
    status, said = short("cursors", "--interleavings", "100", "--seed", "1", "--control")
    assert status == 1, said
    assert "entries missed: 0\n" not in said
