"""`engage transcribe`: a file, or one line that says why not."""

import io
import json
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engage import demo
from transcripts.audio import windows
from transcripts.command import Progress, line_of, transcribe
from transcripts.sentences import Segment, Word


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(transcribe, [str(word) for word in words])


def write_wav(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(pcm)
    return path


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "quiet.wav", bytes(64_000))


def test_another_language_is_told_with_its_translation() -> None:
    said = Segment(0, 400, "Gracias.", (Word(0, 400, " Gracias.", 0.9),), 0.9, "es", "Thank you.")
    among = line_of(said, "en")
    assert (among.text, among.language, among.translation) == ("Gracias.", "es", "Thank you.")
    assert line_of(said, "es").language == ""


def test_text_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "minutes.txt").write_text("Minutes of the meeting\n")
    told = run(tmp_path / "minutes.txt")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == "Error: This file is not a recording, or it is damaged or incomplete.\n"


def test_a_missing_file(tmp_path: Path) -> None:
    told = run(tmp_path / "absent.wav")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == f"Error: {tmp_path}/absent.wav: No such file or directory.\n"


def test_a_missing_model(quiet: Path) -> None:
    told = run(quiet, "--model", "no-such-model")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == "Error: The speech model no-such-model is not installed and cannot be downloaded.\n"


@pytest.mark.parametrize("output", ["absent/out.txt", "."])
def test_a_place_that_cannot_be_written_is_told_first(quiet: Path, tmp_path: Path, output: str) -> None:
    told = run(quiet, "--output", tmp_path / output)
    assert (told.exit_code, told.stderr) == (1, f"Error: {tmp_path / output} cannot be written.\n")


def test_a_failure_leaves_no_file_and_keeps_the_old_one(quiet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    out.write_text("yesterday's")
    assert run(quiet, "--model", "no-such-model", "--output", out).exit_code == 1
    assert out.read_text() == "yesterday's"
    assert sorted(tmp_path.iterdir()) == [out, quiet]


def test_progress_in_plain_lines() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    for done in range(0, 1001, 5):
        progress.show(done, 1000)
    progress.clear()
    shown = stream.getvalue().splitlines()
    assert [text.split(",")[0] for text in shown] == [f"{percent} %" for percent in range(0, 101, 10)]
    assert shown[-1] == "100 %, 0 s left"


def test_progress_without_a_known_length() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    for done in (0, 9 * 60_000, 10 * 60_000, 11 * 60_000):
        progress.show(done, None)
    assert stream.getvalue() == "0 min read\n10 min read\n"


@pytest.mark.model
def test_speech_is_written_down(tmp_path: Path) -> None:
    speech = next(windows(Path(demo.__file__).parent / "meeting.opus")).samples[: 8 * 16_000]
    file = write_wav(tmp_path / "a.wav", (speech * 2**15).astype("<i2").tobytes())
    out = tmp_path / "a.json"
    told = run(file, "--output", out)
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.splitlines()[-1] == "100 %, 0 s left"
    record = json.loads(out.read_text())
    assert record["origin"]["note"] == "Machine-made transcript (Whisper base, language en)"
    assert record["lines"][0]["text"] == "Good evening, everyone, and welcome."
    assert oct(out.stat().st_mode & 0o777) == oct(file.stat().st_mode & 0o777)
