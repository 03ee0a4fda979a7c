"""Hearing one window of sound: where somebody speaks, in which language, and what is said."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING

from transcripts import gate
from transcripts.audio import PER_MS, Window
from transcripts.languages import Probabilities, language_of, parts
from transcripts.pauses import RATE, Samples
from transcripts.sentences import Segment, sentences
from transcripts.stretches import Stretch, halves, stretches
from transcripts.taken import Span, Taken, better
from transcripts.word_times import Line, in_order, timed

if TYPE_CHECKING:
    from transcripts.reading import Whisper

ENGLISH = "en"
BEAMS = {"tiny.en": 1, "tiny": 1}
"""The draft models are to be fast; every other model reads with the library's 5."""
END_S = 0.3
"""A line that ends so near to the end of speech is the last one."""
AROUND_MS = 200
"""Sound around a sentence that is translated."""

Part = tuple[str, Stretch]
"""Sound in one language."""


@dataclass(frozen=True)
class Hearing:
    """One window, and what it is heard with."""

    whisper: "Whisper"
    model: str
    window: Window
    hint: str
    on_progress: Callable[[int], None]

    def segments(self, language: str | None) -> list[Segment]:
        """Sentences in order, each in one language; a language of None is told for every turn."""
        pieces = gate.speech(self.window.samples)
        spans = self._spans(pieces)
        found = []
        for spoken, run in groupby(
            self._lines(list(self._parts(pieces, language))), key=lambda each: each[0]
        ):
            near = [tuple(word for word in line if gate.is_near(word, spans)) for _, line in run]
            for words in sentences(in_order(gate.without_loops(near), self.window)):
                found.append(self._segment(words, spoken))
        return found

    def _ms(self, sample: int) -> int:
        return self.window.start_ms + sample // PER_MS

    def _spans(self, pieces: Sequence[gate.Piece]) -> list[Span]:
        return [(self._ms(piece.start), self._ms(piece.end)) for piece in pieces]

    def _sound(self, start: int, end: int) -> Samples:
        return self.window.samples[max(start, 0) : end]

    def _parts(self, pieces: Sequence[gate.Piece], language: str | None) -> Iterator[Part]:
        for stretch in stretches(pieces, len(self.window.samples)):
            if language is None and self.whisper.model.is_multilingual:
                yield from self._told(stretch)
            else:
                yield language or ENGLISH, stretch

    def _told(self, stretch: Stretch) -> list[Part]:
        whole = language_of(self.whisper.detect(self._sound(stretch.start, stretch.end)))
        return [(whole, stretch)] if whole else parts(stretch, self._languages)

    def _languages(self, start: int, end: int) -> Probabilities:
        return self.whisper.detect(self._sound(start, end), is_short=True)

    def _lines(self, parts: Iterable[Part]) -> Iterator[tuple[str, Line]]:
        """A poor reading is compared with those of the two halves, each read by itself."""
        for language, stretch in parts:
            taken = self._taken(language, stretch)
            cut = halves(stretch) if taken.is_poor else []
            lines = better(taken, [self._taken(language, half) for half in cut]) if cut else taken.lines
            self.on_progress(self._ms(stretch.end))
            yield from ((language, line) for line in lines)

    def _taken(self, language: str, stretch: Stretch) -> Taken:
        sound, beams = self._sound(stretch.start, stretch.end), BEAMS.get(self.model, 5)
        until_s = (stretch.pieces[-1].end - stretch.start) / RATE - END_S
        read = self.whisper.read(sound, language, beams=beams, hint=self.hint, until_s=until_s)
        is_stuck = any(line.compression_ratio > gate.REPETITIVE for line in read)
        kept = [line for line in read if gate.is_speech(line, stretch.surety)]
        lines = [timed(line, stretch.start, self.window) for line in kept]
        return Taken(lines, self._spans(stretch.pieces), is_stuck)

    def _segment(self, words: Line, language: str) -> Segment:
        text = "".join(word.text for word in words).strip()
        confidence = round(fmean(word.probability for word in words), 3)
        start_ms, end_ms = words[0].start_ms, words[-1].end_ms
        translation = "" if language == ENGLISH else self._translated(start_ms, end_ms, language)
        return Segment(start_ms, end_ms, text, words, confidence, language, translation)

    def _translated(self, start_ms: int, end_ms: int, language: str) -> str:
        """In English, by Whisper; nothing where it is not sure."""
        start, end = (ms - self.window.start_ms for ms in (start_ms - AROUND_MS, end_ms + AROUND_MS))
        lines = self.whisper.read(
            self._sound(start * PER_MS, end * PER_MS), language, task="translate", is_timed=False
        )
        kept = [line.text.strip() for line in lines if gate.is_speech(line, gate.SURE)]
        self.on_progress(end_ms)
        return " ".join(kept)
