"""A look into a file from a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import make
from tests.benchmarks.hostile_making import good, put
from tests.benchmarks.hostile_sound import attachment
from transcripts import probing
from transcripts.audio import Media, NotAudio, probe
from transcripts.probing import look_into


@pytest.mark.parametrize("form", ["wav", "mp4", "ogg"])
def test_it_sees_what_is_seen_from_here(tmp_path: Path, form: str) -> None:
    put(good(form))(tmp_path / "one")
    assert look_into(tmp_path / "one") == probe(tmp_path / "one")


def test_what_is_no_recording_is_told_in_the_same_words(tmp_path: Path) -> None:
    put(b"just some text")(tmp_path / "one")
    told = [str(pytest.raises(NotAudio, look, tmp_path / "one").value) for look in (look_into, probe)]
    assert told[0] == told[1]


def test_the_systems_own_errors_stay(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(OSError):
            look_into(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one"
    attachment(1_200_000_000)(path)
    assert path.stat().st_blocks * 512 < 1_000_000, "the disk keeps none of the zeros"
    with pytest.raises(NotAudio):
        look_into(path)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 11)", "sys.exit(1)", "time.sleep(9)"])
def test_what_crashes_or_hangs_is_refused_and_hurts_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """A program that does so stands in for FFmpeg's flaw."""
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / "__init__.py").touch()
    (tmp_path / "transcripts" / "probing.py").write_text(f"import os, sys, time\n{end}\n")
    monkeypatch.setattr(probing, "HERE", tmp_path)
    monkeypatch.setattr(probing, "LONGEST_S", 2)
    sound = make.sound_file(tmp_path / "one")
    with pytest.raises(NotAudio, match=r"^This file cannot be read. It may be damaged.$"):
        look_into(sound)


WRITER = """
import sys
from transcripts.probing import limit_this_process
limit_this_process(9)
with open(sys.argv[1], "w") as file:
    file.write("x")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_it_may_not_write_anything(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "there")]
    assert subprocess.run(command, check=False, cwd=probing.HERE, capture_output=True).returncode != 0
    assert (tmp_path / "there").stat().st_size == 0


def test_everything_that_was_seen_comes_back(tmp_path: Path) -> None:
    found = look_into(make.sound_file(tmp_path / "one", 2))
    assert found == Media(2000, True, False, "audio/wav")
