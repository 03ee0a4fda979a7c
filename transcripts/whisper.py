"""Whisper, through faster-whisper: from one window of sound to sentences with the times of their words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from engage.language import N_
from transcripts.audio import EndsEarly, Window, probe, windows
from transcripts.pauses import RATE, onset
from transcripts.sentences import Word, sentences
from transcripts.weights import ModelMissing, find_model

SETTINGS = {
    "beam_size": 5,
    "condition_on_previous_text": False,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 3000, "speech_pad_ms": 1000},
    "word_timestamps": True,
    "language_detection_segments": 2,
    "language_detection_threshold": 0.8,
}
"""Read one after another: batches are faster, but lose 3 to 15 % of the words without a sign. Without the
previous text a window stands for itself, and one mistake does not breed others. Only long silences are left
out: natural pauses help (8.0 and 15.9 % wrong words in two recordings, against 9.7 and 16.7 % with
faster-whisper's own 2 s and 0.4 s)."""
SEED = 1
LONG_WORD_S = 0.3


def _ignore(*progress: object) -> None:
    pass


class UnknownLanguage(Exception):
    """`message` and `values` make a sentence for people."""

    def __init__(self, language: str) -> None:
        self.message = N_("The speech model does not know the language %(language)s.")
        self.values = {"language": language}
        super().__init__(self.message % self.values)


@dataclass(frozen=True)
class Segment:
    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    confidence: float
    """Mean probability of the words, 0 to 1."""


@dataclass(frozen=True)
class Heard:
    language: str | None
    """ISO 639-1; None when there is no speech."""
    probability: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Transcript:
    model: str
    language: str | None
    segments: tuple[Segment, ...]
    ends_early: bool


class Recogniser:
    """One Whisper model, loaded when the first window comes."""

    def __init__(self, model: str = "base", *, threads: int = 2) -> None:
        self.model, self.threads = model, threads
        self._loaded: Any = None

    def hear(
        self, window: Window, *, language: str | None = None, on_progress: Callable[[int], None] = _ignore
    ) -> Heard:
        """What is said in one window, timed on the file's clock; the same window is always heard the same.

        A language of None is told from the first minute of speech. `on_progress` is given the end of each
        sentence, in milliseconds on the file's clock. Raises ModelMissing or UnknownLanguage.
        """
        whisper = self._fresh()
        if language is not None and language not in whisper.supported_languages:
            raise UnknownLanguage(language)
        lines, about = whisper.transcribe(window.samples, language=language, **SETTINGS)
        if not about.duration_after_vad:
            return Heard(language, 0.0, ())
        segments = []
        for segment in timed_segments((line for line in lines if is_speech(line)), window):
            segments.append(segment)
            on_progress(segment.end_ms)
        return Heard(about.language, about.language_probability, tuple(segments))

    def _fresh(self) -> Any:
        """The model, loaded anew after it has drawn lots.

        Where the best reading is poor, Whisper draws from less likely ones. CTranslate2 seeds the draw once
        for each thread of a model, so the next window would depend on how much the last one has drawn.
        """
        if self._loaded is None or self._loaded.has_drawn:
            self._loaded = None  # not two models in memory at once
            self._loaded = _load(self.model, self.threads)
        return self._loaded


def transcribe(
    path: Path | str,
    *,
    model: str = "base",
    language: str | None = None,
    threads: int = 2,
    on_progress: Callable[[int, int | None], None] = _ignore,
) -> Transcript:
    """A whole file, window by window; its language is that of the first speech in it, if not given.

    `on_progress` is given the milliseconds that are done and those of the whole file, None if it does not
    say. Raises OSError, NotAudio, ModelMissing or UnknownLanguage.
    """
    recogniser, total_ms = Recogniser(model, threads=threads), probe(path).duration_ms
    segments: list[Segment] = []

    def report(done_ms: int) -> None:
        on_progress(done_ms, total_ms)

    try:
        for window in windows(path):
            heard = recogniser.hear(window, language=language, on_progress=report)
            segments.extend(heard.segments)
            language = language or (heard.language if heard.segments else None)
            report(window.end_ms)
    except EndsEarly:
        return Transcript(model, language, tuple(segments), ends_early=True)
    return Transcript(model, language, tuple(segments), ends_early=False)


def _load(model: str, threads: int) -> Any:
    import ctranslate2  # noqa: PLC0415 - with the next line half a second, which only speech should cost
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above

    class Whisper(WhisperModel):  # type: ignore[misc]  # the library is not typed
        has_drawn = False

        def generate_with_fallback(self, *args: Any, **options: Any) -> Any:
            decoded = super().generate_with_fallback(*args, **options)
            self.has_drawn |= decoded[2] > 0  # the temperature of the reading that was taken
            return decoded

    ctranslate2.set_random_seed(SEED)
    try:
        return Whisper(str(find_model(model)), device="cpu", compute_type="int8", cpu_threads=threads)
    except (OSError, ValueError):
        message = N_("The speech model %(model)s is not installed and cannot be downloaded.")
        raise ModelMissing(message, model=model) from None
    except RuntimeError:
        message = N_("The speech model %(model)s cannot be loaded. It is damaged or no Whisper model.")
        raise ModelMissing(message, model=model) from None


def is_here(model: str) -> bool:
    """Whether its weights are on this machine, installed or downloaded before. They are not loaded."""
    try:
        found = find_model(model)
        if isinstance(found, Path):
            return True
        from faster_whisper.utils import download_model  # noqa: PLC0415 - slow, as above

        download_model(found, local_files_only=True)
        return True
    except (ModelMissing, OSError, ValueError):
        return False


def is_speech(line: Any) -> bool:
    """Whether one of faster-whisper's lines is to be kept: music leaves dots, or one word many times over."""
    is_noise = line.no_speech_prob > 0.6 and line.avg_logprob < -1
    return any(c.isalnum() for c in line.text) and not is_noise and line.compression_ratio <= 2.4


def timed_segments(lines: Iterable[Any], window: Window) -> Iterator[Segment]:
    """faster-whisper's lines, timed from the window's start, as sentences on the file's clock."""
    for words in sentences(_words(lines, window)):
        text = "".join(word.text for word in words).strip()
        confidence = round(fmean(word.probability for word in words), 3)
        yield Segment(words[0].start_ms, words[-1].end_ms, text, words, confidence)


def _words(lines: Iterable[Any], window: Window) -> Iterator[tuple[Word, ...]]:
    """Times inside the window, no word beginning before the one before it has ended."""
    latest = window.start_ms

    def placed(seconds: float) -> int:
        nonlocal latest
        latest = min(max(window.start_ms + round(seconds * 1000), latest), window.end_ms)
        return latest

    for line in lines:
        yield tuple(
            Word(placed(_start(w, window)), placed(w.end), w.word, round(float(w.probability), 3))
            for w in line.words
        )


def _start(word: Any, window: Window) -> float:
    """Whisper begins a word up to a second early after a pause, and then the word is long."""
    if word.end - word.start <= LONG_WORD_S:
        return float(word.start)
    return float(word.start + onset(window.samples[int(word.start * RATE) : int(word.end * RATE)]) / RATE)
