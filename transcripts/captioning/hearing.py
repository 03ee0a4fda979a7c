"""What is said in one piece of live sound: read at once and lightly, through a transcript's gate."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from transcripts import gate
from transcripts.audio import PER_MS, Window
from transcripts.captioning.said import Said
from transcripts.gate import Piece
from transcripts.languages import language_of
from transcripts.pauses import RATE, Samples
from transcripts.weights import ModelMissing, find_model
from transcripts.whisper import is_here
from transcripts.word_times import in_order, timed

if TYPE_CHECKING:
    from transcripts.reading import Whisper

ENGLISH, DRAFT, FULL = "en", "tiny.en", "base"
MARGIN = RATE // 5
"""Sound around the speech that is read with it."""
TOLD = 3 * RATE
"""From so much sound on Whisper is asked which language it is; from less it cannot well say."""
UNLIKELY = -1.0
"""Mean log probability of a line that is no caption: nobody reviews these."""


class Hear(Protocol):
    def __call__(
        self, samples: Samples, pieces: Sequence[Piece], *, start_ms: int, language: str
    ) -> Said: ...


def model_for(language: str) -> str:
    """The fast one where it is enough and installed. Raises ModelMissing where there is none at all."""
    for model in (DRAFT, FULL) if language == ENGLISH else (FULL,):
        if is_here(model):
            return model
    raise ModelMissing("The speech model %(model)s is not installed.", model=FULL)


class Recogniser:
    """One model, loaded when the first piece comes."""

    def __init__(self, model: str, *, threads: int = 1) -> None:
        self.model, self._threads = model, threads
        self._loaded: Whisper | None = None

    def hear(self, samples: Samples, pieces: Sequence[Piece], *, start_ms: int, language: str) -> Said:
        """`pieces`: where in the samples somebody speaks; `language`: of the meeting. Raises ModelMissing."""
        if self._loaded is None:
            self._loaded = self._load()
        first, last = max(0, pieces[0].start - MARGIN), min(len(samples), pieces[-1].end + MARGIN)
        sound = samples[first:last]
        spoken = self._language(sound, language)
        window = Window(0, start_ms, start_ms + len(samples) // PER_MS, samples)
        surety = max(piece.surety for piece in pieces)
        lines = [
            timed(line, first, window)
            for line in self._loaded.read(sound, spoken, beams=1, until_s=len(sound) / RATE - MARGIN / RATE)
            if gate.is_speech(line, surety) and line.avg_logprob > UNLIKELY
        ]
        spans = [(start_ms + each.start // PER_MS, start_ms + each.end // PER_MS) for each in pieces]
        near = [tuple(word for word in line if gate.is_near(word, spans)) for line in lines]
        told = [word for line in in_order(gate.without_loops(near), window) for word in line]
        return Said(tuple(told), spoken)

    def _language(self, sound: Samples, expected: str) -> str:
        """Told from the sound where there is enough of it: a meeting may have a guest with another one."""
        assert self._loaded
        told = None
        if self._loaded.model.is_multilingual and len(sound) >= TOLD:
            told = language_of(self._loaded.detect(sound))
        return told or (expected if expected in self._loaded.supported_languages else ENGLISH)

    def _load(self) -> "Whisper":
        from transcripts import reading  # noqa: PLC0415 - faster-whisper takes half a second, for speech only

        return reading.load(str(find_model(self.model)), threads=self._threads)
