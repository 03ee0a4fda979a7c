"""Words joined into lines that are sentences, as far as a person could read along."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ENDS = tuple(".?!…。？！")
CLOSERS = "\"'”’»)]"
TITLES = {"Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Jr.", "Sr.", "Sra.", "Srta.", "Dra."}
SILENCE_MS = 1500
LONG_MS = 15_000


@dataclass(frozen=True)
class Word:
    start_ms: int
    end_ms: int
    text: str
    """With the space before it, where the language has one: joined, words make the line's text."""
    probability: float


@dataclass(frozen=True)
class Segment:
    """A sentence or so, in one language, on the file's clock."""

    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    confidence: float
    """Mean probability of the words, 0 to 1."""
    language: str | None = None
    """ISO 639-1."""
    translation: str = ""
    """In English, by the machine, of what was said in another language."""


def sentences(lines: Iterable[tuple[Word, ...]]) -> Iterator[tuple[Word, ...]]:
    """Whisper's lines, divided and joined so that each is one sentence.

    Whisper breaks lines anywhere, also in the middle of a sentence where one speaker follows another.
    A long line without an end of a sentence stays as Whisper has broken it, and so does a silence.
    """
    held: list[Word] = []
    for line in lines:
        if held and held[-1].end_ms - held[0].start_ms > LONG_MS:
            yield tuple(held)
            held = []
        for word in line:
            if held and (_ends(held[-1], word) or word.start_ms - held[-1].end_ms > SILENCE_MS):
                yield tuple(held)
                held = []
            held.append(word)
    if held:
        yield tuple(held)


def _ends(word: Word, following: Word) -> bool:
    text = word.text.strip().rstrip(CLOSERS)
    is_initial = len(text) == 2 and text[0].isupper() and text[0] != "I"
    is_mid = text in TITLES or is_initial or following.text.strip()[:1].islower()
    return text.endswith(ENDS) and not is_mid
