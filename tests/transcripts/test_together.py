"""One recording heard by several processes: as by one, and never left hanging."""

import os
import signal
import threading
from pathlib import Path

import pytest

from engage import demo
from tests import make
from tests.benchmarks.long_files import repeated
from tests.make import wait_for
from transcripts.audio import NotAudio
from transcripts.together import CannotHear, transcribe_together

DEMO = Path(demo.__file__).parent / "meeting.opus"


@pytest.mark.model
@pytest.mark.process
def test_two_processes_hear_what_one_hears(tmp_path: Path) -> None:
    file = repeated(DEMO, tmp_path / "demo.opus", 80)
    told: list[tuple[int, int | None]] = []
    one = transcribe_together(file, model="base", processes=1)
    two = transcribe_together(file, model="base", processes=2, on_progress=lambda *how: told.append(how))
    assert (one, len(one.segments) > 10) == (two, True)
    assert (one.language, one.ends_early) == ("en", False)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert [total for _, total in told] == [pytest.approx(told[-1][0], abs=50)] * len(told)


@pytest.mark.process
def test_what_one_process_cannot_is_one_sentence(tmp_path: Path) -> None:
    file = make.sound_file(tmp_path / "sound.wav")
    with pytest.raises(CannotHear, match="The speech model no-such-model is not installed"):
        transcribe_together(file, model="no-such-model")


def test_what_is_no_recording_starts_no_process(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Minutes of the meeting.")
    with pytest.raises(NotAudio):
        transcribe_together(tmp_path / "words.txt")
    assert children() == []


@pytest.mark.model
@pytest.mark.process
def test_a_process_that_is_killed_ends_the_work_with_a_sentence() -> None:
    def kill() -> None:
        os.kill(wait_for(children)[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(CannotHear, match="A process that was hearing was ended"):
        transcribe_together(DEMO, model="base", processes=1)
    killer.join()
    assert wait_for(lambda: children() == [])


def children() -> list[int]:
    """Processes that this one has started and that hear."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = [int(child) for task in tasks for child in task.read_text().split()]
    return [each for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
