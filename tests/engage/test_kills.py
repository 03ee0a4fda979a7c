"""kill -9 of the web process under load, in short; tests/benchmarks/kills.py is the whole proof."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
PROOF = Path(__file__).parents[1] / "benchmarks" / "kills.py"


def test_every_acknowledged_write_is_there_once_in_order() -> None:
    command = [sys.executable, PROOF, "--kills", "3", "--residents", "3"]
    proof = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert "lost 0, doubled 0, reordered 0, chain whole" in proof.stdout


def test_the_proof_notices_a_retry_that_is_not_recognised() -> None:
    """The control: with a new key for every try, a request that was answered too late is there twice."""
    command = [sys.executable, PROOF, "--kills", "3", "--residents", "3", "--control"]
    proof = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert proof.returncode == 1, proof.stdout
    assert "doubled" in proof.stdout
