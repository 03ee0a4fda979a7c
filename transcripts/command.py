"""`engage transcribe FILE`: a transcript without a meeting, a server or a database."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from engage.settings import Settings
from transcripts.audio import EndsEarly, NotAudio
from transcripts.formats.captions import as_srt, as_vtt
from transcripts.formats.data import as_json
from transcripts.formats.text import as_text
from transcripts.formats.written import Line, Origin, of_lines
from transcripts.together import CannotHear, transcribe_together
from transcripts.whisper import Segment

WRITERS: dict[str, Callable[..., str]] = {"txt": as_text, "json": as_json, "vtt": as_vtt, "srt": as_srt}


class Progress:
    """Percent and time left: one line that changes on a terminal, a plain line for each tenth elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.began, self.shown = stream, time.monotonic(), -1
        self.step = 1 if stream.isatty() else 10

    def show(self, done_ms: int, total_ms: int | None) -> None:
        """Percent when the length is known, else the minutes that are read."""
        mark = min(100, 100 * done_ms // total_ms) if total_ms else done_ms // 60_000
        if mark // self.step > self.shown // self.step:
            self.shown = mark
            left = (time.monotonic() - self.began) * (100 - mark) / max(mark, 1)
            self._put(f"{mark} %, {_span(left)} left" if total_ms else f"{mark} min read")

    def _put(self, text: str) -> None:
        self.stream.write(f"\r\x1b[K{text}" if self.step == 1 else f"{text}\n")
        self.stream.flush()

    def clear(self) -> None:
        if self.step == 1:
            self._put("")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", help="Code of the language that is spoken, such as en or es. Default: detected.")
@click.option("--model", help="Whisper model, or a folder of one. Default: ENGAGE_MODEL, or base.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="That hear at a time. Default: ENGAGE_WORKERS, or one a core up to 2.",
)
@click.option(
    "--format", "form", type=click.Choice(list(WRITERS)), help="Default: by the output's name, or txt."
)
@click.option("--output", type=click.Path(path_type=Path), help="File to write. Default: standard output.")
def transcribe(
    file: Path,
    language: str | None,
    model: str | None,
    processes: int | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Write down what is said in FILE, a sound or video recording."""
    suffix = output.suffix.removeprefix(".") if output else ""
    write = WRITERS[form or (suffix if suffix in WRITERS else "txt")]
    settings, progress = Settings(), Progress(sys.stderr)
    model = model or settings.model
    with _plain_errors(file), _target(output) as target:
        language = language.lower() if language else None
        heard = transcribe_together(
            file, model=model, language=language, processes=processes or max(settings.workers, 1),
            threads=settings.threads, on_progress=progress.show,
        )  # fmt: skip
        progress.clear()
        lines = [line_of(segment, heard.language) for segment in heard.segments]
        target.write(write(of_lines(lines, Origin(model, heard.language))))
    if not lines:
        click.echo("No speech was found in this recording.", err=True)
    if heard.ends_early:
        click.echo(str(EndsEarly(0)), err=True)


def line_of(segment: Segment, main: str | None) -> Line:
    """Its language stands where it is not that of the whole."""
    words = tuple((word.start_ms, word.end_ms, word.text, word.probability) for word in segment.words)
    return Line(
        segment.start_ms, segment.end_ms, segment.text,
        language="" if segment.language in (None, main) else segment.language,
        translation=segment.translation, words=words, confidence=segment.confidence,
    )  # fmt: skip


@contextmanager
def _plain_errors(file: Path) -> Iterator[None]:
    """Each thing that can be wrong with the wish is one sentence and a failed exit, never a traceback."""
    try:
        yield
    except (NotAudio, CannotHear) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror}.") from None


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is complete.

    A place that cannot be written is told before the long work, not after it.
    """
    if output is None:
        yield sys.stdout
        return
    if output.is_dir() or not os.access(output.parent, os.W_OK):
        raise click.ClickException(f"{output} cannot be written.")
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".transcript-") as place:
        with (Path(place) / output.name).open("w", encoding="utf-8") as target:
            yield target
        os.replace(target.name, output)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
