"""A benchmark as a test runs it: the command itself, small."""

import subprocess
import sys

from tests.benchmarks.results import ROOT


def short(name: str, *options: str) -> tuple[int, str]:
    """Its status and what it said."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=ROOT)
    return run.returncode, run.stdout + run.stderr
