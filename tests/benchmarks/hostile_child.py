"""Hostile files, each in a process of its own, as the house treats it: looked into, decoded to its end, and
copied with a silence. Says what came of it, between two marks in the list of its system calls."""

import json
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import av

from transcripts.audio import EndsEarly, NotAudio, probe, windows
from transcripts.withholding.clearing import write
from transcripts.withholding.queries import Wanted

MEMORY = 3 << 29
"""Bytes of address space; the interpreter and its libraries have 300 MB of it."""
CPU_S = 600
EVERYTHING = {"safe": "0", "allowed_extensions": "ALL", "extension_picky": "0"}
EVERYTHING |= {"protocol_whitelist": "file,http,https,tcp,udp,rtp,crypto,data,concat"}
BEGIN, END = "/mark-of-the-beginning", "/mark-of-the-end"


def treat(path: Path, copy: Path) -> dict[str, Any]:
    """`refused` with the sentence for people, or how many milliseconds were heard."""
    told: dict[str, Any] = {}
    heard, is_whole = 0, True
    try:
        media = probe(path)
        told["kind"] = media.kind
        try:
            for window in windows(path):
                heard += window.end_ms - window.start_ms
        except EndsEarly:
            is_whole = False
        told |= {"heard_ms": heard, "is_whole": is_whole}
        wanted = Wanted("one", media.kind, media.has_picture, 0, "digest", [(500, 1500)], 0, False)
        write(path, copy, wanted, go_on=lambda: None)
        told["copy"] = copy.stat().st_size
    except NotAudio as reason:
        told["refused"] = str(reason)
    except (av.FFmpegError, ValueError) as error:  # of the copy: noted as broken off, tried again, given up
        told["no copy"] = f"{type(error).__name__}: {error}"
    return told


def treat_naively(path: Path) -> dict[str, Any]:
    """The control: as those do who allow everything."""
    heard = 0
    try:
        with av.open(str(path), options=EVERYTHING) as container:
            for frame in container.decode(audio=0):
                heard += frame.samples
    except (av.FFmpegError, IndexError, ValueError) as error:
        return {"refused": type(error).__name__}
    return {"heard_ms": heard // 16}


def mark(name: str) -> None:
    with suppress(OSError):
        os.stat(name)


def limited(job: dict[str, Any], answer: int) -> None:
    """In a process of its own; ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    try:
        mark(BEGIN)
        told = (
            treat_naively(Path(job["path"])) if job["naive"] else treat(Path(job["path"]), Path(job["copy"]))
        )
        mark(END)
    except BaseException as error:  # whatever it is, the benchmark names it
        told = {"fault": f"{type(error).__name__}: {error}"}
    os.write(answer, json.dumps(told).encode())
    os._exit(0)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """The answer of a process that treats this file, and what it took."""
    began = time.monotonic()
    listen, answer = os.pipe()
    child = os.fork()
    if not child:
        limited(job, answer)
    os.close(answer)
    is_late = not select.select([listen], [], [], job["most_s"])[0]
    if is_late:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(listen, "rb") as heard:
        output = heard.read()
    _, status, used = os.wait4(child, 0)
    fault = "too late" if is_late else f"ended with {os.waitstatus_to_exitcode(status)}"
    told = json.loads(output) if output else {"fault": fault}
    return {
        "pid": child, "told": told, "seconds": time.monotonic() - began,
        "cpu_s": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024,
    }  # fmt: skip


def main(warm: Path) -> None:
    with suppress(NotAudio, EndsEarly):
        treat(warm, warm.with_suffix(".copy"))  # what is loaded at the first use is not any file's doing
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
