"""An archive killed and begun again, in short; tests/benchmarks/archive.py is the whole proof."""

import pytest

from tests.benchmarks.short import short

pytestmark = pytest.mark.process


def test_it_is_the_same_after_any_kill_and_nothing_is_taken_in_twice() -> None:
    status, said = short("archive", "--files", "12", "--kills", "3", "--seed", "2")
    assert (status, "faults: 0\n" in said) == (0, True), said


def test_the_proof_notices_another_result() -> None:
    status, said = short("archive", "--files", "4", "--kills", "0", "--control")
    assert (status, "what was killed has another result\n" in said) == (1, True), said
