"""Whisper's own reading of one stretch of sound: the same stretch is always read the same."""

from math import inf
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from transcripts.languages import Probabilities
from transcripts.pauses import RATE, Samples

LONGEST = 30 * RATE
MOST_TOKENS = 200
"""Of one reading, beside a hint of 220; nobody speaks faster than nine in a second."""


class Whisper(WhisperModel):  # type: ignore[misc]  # the library is not typed
    """One model. What was encoded last is kept: detecting, reading and translating need it in turn."""

    _features: Any = None
    _encoded: Any = None

    def encode(self, features: Any) -> Any:
        if self._features is None or not np.array_equal(features, self._features):
            self._features, self._encoded = features.copy(), super().encode(features)
        return self._encoded

    def detect(self, samples: Samples, *, is_short: bool = False) -> Probabilities:
        """How likely each language is in at most 30 s of sound.

        `is_short` encodes no more than there is, not 30 s with silence behind: ten times faster and
        nearly as sure, but only to choose between few languages.
        """
        features = self.feature_extractor(samples[:LONGEST])[:, :-1]
        if not is_short:
            return dict(self.detect_language(features=features)[2])
        (found,) = self.model.detect_language(super().encode(features))
        return {token[2:-2]: probability for token, probability in found}

    def read(
        self, samples: Samples, language: str, *, task: str = "transcribe", beams: int = 5, hint: str = "",
        is_timed: bool = True, until_s: float = inf,
    ) -> list[Any]:  # fmt: skip
        """faster-whisper's lines, with times from the first sample and the probability of each word.

        `hint` is a text that might have been said before, with words that may come. Where a reading is poor
        the library would draw lots, and the draw would depend on what was read before. Once a line
        has come to `until_s` all is read; the library would go on and read the silence behind.
        """
        most = min(MOST_TOKENS, round(30 + 9 * len(samples) / RATE))
        lines, _ = self.transcribe(
            samples, language=language, task=task, beam_size=beams, temperature=[0.0],
            condition_on_previous_text=False, word_timestamps=is_timed, hotwords=hint or None,
            max_new_tokens=most,
        )  # fmt: skip
        read = []
        for line in lines:
            read.append(line)
            if line.end >= until_s:
                break
        return read


def load(folder: str, *, threads: int) -> Whisper:
    """Raises OSError, ValueError or RuntimeError."""
    return Whisper(folder, device="cpu", compute_type="int8", cpu_threads=threads)
