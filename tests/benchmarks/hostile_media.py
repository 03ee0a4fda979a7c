"""Files that mean harm: each is refused with a sentence or processed, within limits of time, memory and disk,
and nothing but the file itself is read.

    python -m tests.benchmarks.hostile_media [--each 3] [--seed 1] [--control] [--save]

Each file is treated in a process of its own (hostile_child.py) with limited memory and CPU time; strace notes
what it opens and to whom it connects. `--control` reads the files as FFmpeg does for those who allow
everything: then other files and an address of this machine are asked for, and the benchmark must see it.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import IO, Any

from tests.benchmarks.hostile_child import BEGIN, END
from tests.benchmarks.hostile_files import hostile_files
from tests.benchmarks.hostile_making import Write, good
from tests.benchmarks.results import report

MOST_CPU_S, MOST_MB, MOST_COPY_MB = 180.0, 700.0, 2048.0
"""The goals for one file: time of the processor, resident memory, and what the copy takes."""
HANGS_S = 900.0
"""On the clock, on whatever machine: then it is ended."""
CALLS = "open,openat,openat2,creat,connect,socket,sendto,stat,newfstatat,statx,unlink,rename"
OPENING = re.compile(r'\b(?:open|openat|openat2|creat)\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"')
HARMLESS = re.compile(
    r"/(?:proc/self/|proc/sys/|sys/devices/system/cpu|dev/(?:null|u?random)$|usr/lib/.*/gconv/)"
)
"""What a program needs to know of its machine, tables of character sets, and chance."""


@dataclass
class Outcome:
    """What came of one file."""

    name: str
    told: dict[str, Any]
    seconds: float
    cpu_s: float
    megabytes: float
    copy_megabytes: float
    elsewhere: list[str]
    """Files that were opened although they are not this one, and sockets."""

    @property
    def is_well(self) -> bool:
        is_small = self.megabytes <= MOST_MB and self.copy_megabytes <= MOST_COPY_MB
        return is_small and self.cpu_s <= MOST_CPU_S and "fault" not in self.told and not self.elsewhere


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=3, help="damaged files of each container")
    parser.add_argument("--only", default="", help="files whose name matches this")
    parser.add_argument("--but", default=" ^", help="but not those whose name matches this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    with listening() as port:
        files = hostile_files(chosen.seed, chosen.each, port)
        names = [name for name in files if re.search(chosen.only, name) and not re.search(chosen.but, name)]
        wanted = {name: files[name] for name in names}
        outcomes = list(treated(wanted, is_naive=chosen.control, tell=show))
    found = [each for each in outcomes if each.elsewhere]
    if chosen.control:
        print(f"control: {len(found)} files made it open or ask for something else")
        return 0 if found else 1
    report("hostile_media", figures_of(outcomes), save=chosen.save, seed=chosen.seed)
    return 0 if all(each.is_well for each in outcomes) else 1


def figures_of(outcomes: list[Outcome]) -> dict[str, int | float | str]:
    return {
        "files": len(outcomes),
        "refused with a sentence": sum("refused" in each.told for each in outcomes),
        "processed": sum("heard_ms" in each.told for each in outcomes),
        "crashed or stopped by a limit": sum("fault" in each.told for each in outcomes),
        "opened or asked for something else": sum(bool(each.elsewhere) for each in outcomes),
        "most CPU, s": max(each.cpu_s for each in outcomes),
        "most memory, MB": max(each.megabytes for each in outcomes),
        "largest copy, MB": max(each.copy_megabytes for each in outcomes),
    }


@contextmanager
def listening() -> Iterator[int]:
    """A port on which connections are taken, and dropped, so that a program that asks finds somebody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=hang_up, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def hang_up(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            server.accept()[0].close()


def treated(
    files: Mapping[str, Write], *, is_naive: bool = False, tell: Callable[[Outcome], object] = lambda _: None
) -> Iterator[Outcome]:
    """One after the other; each in a folder of its own, beside a neighbour that it must not touch."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        place = Path(name)
        log, warm = place / "calls", place / "warm"
        warm.write_bytes(good("wav", 1))
        command = [
            "strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log),
            sys.executable, "-m", "tests.benchmarks.hostile_child", str(warm),
        ]  # fmt: skip
        with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment()) as child:
            assert child.stdin and child.stdout
            for number, (title, write) in enumerate(files.items()):
                folder = place / str(number)
                folder.mkdir()
                outcome = treat(title, write, folder, is_naive, child.stdin, child.stdout, log)
                tell(outcome)
                yield outcome
            child.stdin.close()


def treat(
    name: str, write: Write, folder: Path, is_naive: bool, ask: IO[str], answers: IO[str], log: Path
) -> Outcome:
    path, copy = folder / f"one{ending(name) if is_naive else ''}", folder / "one.copy"
    write(path)
    (folder / "neighbour.wav").write_bytes(good("wav", 1))
    job = {"path": str(path), "copy": str(copy), "naive": is_naive, "most_s": HANGS_S}
    ask.write(json.dumps(job) + "\n")
    ask.flush()
    answer = json.loads(answers.readline())
    lines = [
        line for line in log.read_text(errors="replace").splitlines() if line.startswith(f"{answer['pid']} ")
    ]
    size = copy.stat().st_size / 2**20 if copy.exists() else 0.0
    shutil.rmtree(folder)
    figures = {name: answer[name] for name in ("told", "seconds", "cpu_s", "megabytes")}
    return Outcome(
        name, copy_megabytes=size, elsewhere=opened_elsewhere(lines, {str(path), str(copy)}), **figures
    )


def ending(name: str) -> str:
    """By which FFmpeg, left to itself, tells a list from other text; the house names no file by its kind."""
    return {"playlist": ".m3u8", "manifest": ".mpd", "session": ".sdp"}.get(name.split()[0], "")


def environment() -> dict[str, str]:
    return os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def opened_elsewhere(lines: list[str], own: set[str]) -> list[str]:
    """Between the two marks: every file that is not the program's own business, and every socket."""
    between = "\n".join(lines).split(f'"{BEGIN}"', 1)[-1].split(f'"{END}"', 1)[0]
    found = []
    for line in between.splitlines():
        if re.search(r"\b(?:connect|socket|sendto)\(", line):
            found.append(line.split(None, 1)[-1][:120])
        match = OPENING.search(line)
        if match and not is_own(match[1], own):
            found.append(match[1])
    return found


def is_own(path: str, own: set[str]) -> bool:
    """A module of the program that is loaded late is no harm: it lies where the program does."""
    if path in own or HARMLESS.match(path):
        return True
    homes = sys.prefix, sys.base_prefix, str(Path.cwd())
    is_module = path.endswith((".py", ".pyc", ".so")) or Path(path).is_dir()
    return is_module and path.startswith(homes)


def show(each: Outcome) -> None:
    told = each.told.get("refused") or json.dumps(each.told)
    sign = "ok" if each.is_well else "!!"
    figures = f"{each.cpu_s:6.1f} s {each.megabytes:5.0f} MB"
    print(f"{sign} {figures}  {each.name}: {told} {' '.join(each.elsewhere[:3])}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
