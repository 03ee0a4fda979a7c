"""Looks into a file that somebody has sent, in a process of its own: what the file does to that, it does to
nobody else."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from engage.language import N_
from transcripts.audio import Media, NotAudio, probe

try:
    import resource
except ImportError:  # Windows: there only the time is limited
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30
"""Bytes of address space; opening an ordinary recording of 10 hours takes 300 MB."""
CPU_S, LONGEST_S = 30, 60
NO_RECORDING = 3
"""The exit status after which what was printed is a sentence for people."""
HERE = Path(__file__).parents[1]
TOO_MUCH = N_("This file cannot be read. It may be damaged.")


def look_into(path: Path) -> Media:
    """As `probe`; also NotAudio for a file that takes too much memory or time, or crashes what reads it."""
    with path.open("rb"):  # the system's own errors
        pass
    command = [sys.executable, "-m", "transcripts.probing", str(path.resolve())]
    try:
        done = subprocess.run(
            command, cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAudio(TOO_MUCH) from None
    if done.returncode:
        is_told = done.returncode == NO_RECORDING
        raise NotAudio(done.stdout.decode() if is_told else TOO_MUCH)
    told = json.loads(done.stdout)
    made_at = told.pop("made_at")
    return Media(**told, made_at=datetime.fromisoformat(made_at) if made_at else None)


def limit_this_process(cpu_s: int, *, memory: int = MEMORY, written: int = 0) -> None:
    """No more memory and time than a recording needs, and not one byte written, unless it is said."""
    if resource:
        limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: cpu_s, resource.RLIMIT_FSIZE: written}
        for kind, most in (limits | {resource.RLIMIT_CORE: 0}).items():
            resource.setrlimit(kind, (most, most))


def main(path: str) -> None:
    limit_this_process(CPU_S)
    try:
        found = probe(path)
    except NotAudio as reason:
        sys.stdout.write(str(reason))
        sys.exit(NO_RECORDING)
    made_at = found.made_at.isoformat() if found.made_at else None
    sys.stdout.write(json.dumps(vars(found) | {"made_at": made_at}))


if __name__ == "__main__":
    main(sys.argv[1])
