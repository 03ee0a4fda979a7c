"""Whisper, through faster-whisper: the model, and what is heard with it in one window of sound."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engage.language import N_
from transcripts.audio import Window
from transcripts.hearing import Hearing
from transcripts.sentences import Segment
from transcripts.weights import ModelMissing, find_model

__all__ = ["Heard", "Recogniser", "Segment", "Transcript", "UnknownLanguage", "engine", "is_here"]


MOST_HINT = 600
"""Letters: about 200 of Whisper's tokens. It has room for 223."""


def _ignore(done_ms: int) -> None:
    pass


class UnknownLanguage(Exception):
    """`message` and `values` make a sentence for people."""

    def __init__(self, language: str) -> None:
        self.message = N_("The speech model does not know the language %(language)s.")
        self.values = {"language": language}
        super().__init__(self.message % self.values)


@dataclass(frozen=True)
class Heard:
    language: str | None
    """ISO 639-1, that of most words; None when there is no speech."""
    probability: float
    """Share of the words that are in it."""
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
        self,
        window: Window,
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        on_progress: Callable[[int], None] = _ignore,
    ) -> Heard:
        """What is said in one window, timed on the file's clock; the same window is always heard the same,
        whatever was heard before it.

        A language of None is told for every turn. Of `vocabulary`, words that may well be said, the first
        help most. `on_progress` is given now and then how far the hearing is, in milliseconds on the file's
        clock. Raises ModelMissing or UnknownLanguage.
        """
        self._loaded = self._loaded or _load(self.model, self.threads)
        if language is not None and language not in self._loaded.supported_languages:
            raise UnknownLanguage(language)
        hearing = Hearing(self._loaded, self.model, window, hint(vocabulary), on_progress)
        return _heard(hearing.segments(language))


def hint(vocabulary: Sequence[str]) -> str:
    """The words as Whisper is told of them, as many as it has room for: a list of names, each with a capital.

    Of the ways that were tried a sentence around them finds fewer (`python -m tests.benchmarks.names`).
    """
    text = ""
    for word in vocabulary:
        longer = f"{text}, {word[:1].upper()}{word[1:]}".removeprefix(", ")
        if len(longer) > MOST_HINT:
            break
        text = longer
    return text


def _heard(segments: Sequence[Segment]) -> Heard:
    counts = Counter[str | None]()
    for segment in segments:
        counts[segment.language] += len(segment.words)
    language, most = counts.most_common(1)[0] if counts else (None, 0)
    return Heard(language, most / max(counts.total(), 1), tuple(segments))


def _load(model: str, threads: int) -> Any:
    from transcripts import reading  # noqa: PLC0415 - faster-whisper takes half a second, for speech only

    try:
        return reading.load(str(find_model(model)), threads=threads)
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


def engine() -> str:
    """The program that runs the models, with its version; public beside every transcript."""
    return f"faster-whisper {version('faster-whisper')}, CTranslate2 {version('ctranslate2')}, int8"
