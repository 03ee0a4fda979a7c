"""Do the names on an agenda help to hear them? python -m tests.benchmarks.names

Clips of real speech hold rare words. Each is heard without help, and with a vocabulary as an agenda would
give it: its own rare words, shuffled among those of others (distractors). Counted are the rare words that
were heard, and the distractors that were put in though nobody said them. Then the characters that come of
silence, noise and music while the vocabulary is known: there must be none. The ways to tell Whisper of the
words are compared: the product's own (a list), and a sentence around them.
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from tests.benchmarks.results import ROOT, Figures, report
from tests.benchmarks.sounds import SOUNDS
from tests.benchmarks.speech_cases import rows
from transcripts.audio import PER_MS, Window, windows
from transcripts.hearing import Hearing
from transcripts.reading import Whisper, load
from transcripts.weights import find_model
from transcripts.whisper import hint

SOUND_S = 20
Hint = Callable[[Sequence[str]], str]


def sentence(vocabulary: Sequence[str]) -> str:
    return f"City council meeting. Names and terms: {', '.join(vocabulary)}."


def nothing(vocabulary: Sequence[str]) -> str:
    return ""


WAYS: dict[str, Hint] = {"nothing": nothing, "a sentence": sentence, "as in the product": hint}


def is_in(words: str, text: str) -> bool:
    return f" {words} " in f" {text} "


@dataclass
class Tally:
    rare: int = 0
    right: int = 0
    put_in: int = 0
    said: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def add(self, clip: dict[str, Any], text: str, vocabulary: Sequence[str]) -> None:
        plain = EnglishTextNormalizer()
        said, heard = plain(clip["text"]), plain(text)
        self.said.append(said)
        self.heard.append(heard)
        self.rare += len(clip["rare_words"])
        self.right += sum(is_in(plain(word), heard) for word in clip["rare_words"])
        self.put_in += sum(is_in(plain(word), heard) > is_in(plain(word), said) for word in vocabulary)

    @property
    def wrong(self) -> float:
        return 100 * jiwer.process_words(" ".join(self.said), " ".join(self.heard)).wer


def vocabulary_of(
    clip: dict[str, Any], clips: Sequence[dict[str, Any]], *, size: int, seed: int
) -> list[str]:
    """Its rare words among those of others, in an order that tells nothing."""
    chance = random.Random(f"{seed} {clip['file']}")
    own = clip["rare_words"]
    others = sorted({word for each in clips for word in each["rare_words"]} - set(own))
    words = [*own, *chance.sample(others, min(size - len(own), len(others)))]
    chance.shuffle(words)
    return words


def text_of(loaded: Whisper, model: str, window: Window, hint: str) -> str:
    segments = Hearing(loaded, model, window, hint, lambda done_ms: None).segments("en")
    return " ".join(segment.text for segment in segments)


def figures_of(name: str, tally: Tally) -> Figures:
    return {
        f"{name}: rare words right": f"{tally.right} of {tally.rare}",
        f"{name}: rare words right, %": 100 * tally.right / tally.rare,
        f"{name}: distractors put in": tally.put_in,
        f"{name}: wrong words, %": tally.wrong,
    }


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech", help="its folder")
    words.add_argument("--model", default="base")
    words.add_argument("--size", type=int, default=40, help="words of a vocabulary")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    clips = [row for row in rows(chosen.speech / "manifest.jsonl") if row.get("rare_words")]
    loaded, figures, invented = load(str(find_model(chosen.model)), threads=1), Figures(), 0
    for name, way in WAYS.items():
        tally = Tally()
        for clip in clips:
            vocabulary = vocabulary_of(clip, clips, size=chosen.size, seed=chosen.seed)
            (window,) = windows(chosen.speech / clip["file"])
            tally.add(clip, text_of(loaded, chosen.model, window, way(vocabulary)), vocabulary)
        figures |= figures_of(name, tally)
    known = hint(vocabulary_of(clips[0], clips, size=chosen.size, seed=chosen.seed))
    for make in SOUNDS.values():
        sound = make(SOUND_S)
        invented += len(text_of(loaded, chosen.model, Window(0, 0, len(sound) // PER_MS, sound), known))
    figures["characters invented in silence, noise, music and applause"] = invented
    report(
        "names" if chosen.model == "base" else f"names, {chosen.model}",
        figures,
        save=chosen.save,
        seed=chosen.seed,
    )
    return int(invented > 0)


if __name__ == "__main__":
    sys.exit(main())
