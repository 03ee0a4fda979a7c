"""`engage check`: what CI holds the code to, beside its tests. Needs a checkout with the extra `dev`."""

import subprocess
import sys
from pathlib import Path

import click

STEPS = (
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    ("rules", [sys.executable, "-m", "ruff", "check", "."]),
    ("types", [sys.executable, "-m", "mypy"]),
    ("direction", [str(Path(sys.executable).with_name("lint-imports"))]),
)


@click.command()
def check() -> None:
    """Format, rules, types and the direction of imports; ends with the first failure's status."""
    for name, command in STEPS:
        click.echo(f"== {name}", err=True)
        if status := subprocess.run(command, check=False).returncode:
            sys.exit(status)
