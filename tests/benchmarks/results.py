"""What a benchmark has found: printed, and on request kept in the file that the documents are made from."""

import json
import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "results.json"

Figures = dict[str, int | float | str]


def report(name: str, figures: Figures, *, save: bool, seed: int | None = None) -> None:
    """Print a run's figures; with `save` they replace those of the last run of this name."""
    for label, value in figures.items():
        print(f"{label}: {shown(value)}")
    if save:
        kept = read()
        kept[name] = {
            "command": command(), "seed": seed, "on": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit(),
            "machine": machine(), "figures": {label: rounded(value) for label, value in figures.items()},
        }  # fmt: skip
        text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
        FILE.write_text(text + "\n", "utf-8")


def read() -> dict[str, dict[str, object]]:
    """Every kept run, by name."""
    kept: dict[str, dict[str, object]] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return kept


def rounded(value: int | float | str) -> int | float | str:
    """Three figures that mean something."""
    return (
        float(f"{value:.3g}")
        if isinstance(value, float) and abs(value) < 1000
        else (round(value) if isinstance(value, float) else value)
    )


def shown(value: int | float | str) -> str:
    plain = rounded(value)
    return f"{plain:,}" if isinstance(plain, int) else f"{plain:g}" if isinstance(plain, float) else plain


def command() -> str:
    """As it was typed, without --save."""
    module = Path(sys.argv[0]).stem
    words = [word for word in sys.argv[1:] if word != "--save"]
    return shlex.join(["python", "-m", f"tests.benchmarks.{module}", *words])


def commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def machine() -> str:
    cores = len([line for line in Path("/proc/cpuinfo").read_text().splitlines() if line[:9] == "processor"])
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
