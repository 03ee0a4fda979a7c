"""What was understood of one piece of live sound."""

from typing import NamedTuple

from transcripts.sentences import Word


class Said(NamedTuple):
    words: tuple[Word, ...]
    """Timed on the house's clock, in milliseconds since 1970."""
    language: str
    """ISO 639-1."""

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words).strip()

    def divided(self, at_ms: int) -> "tuple[Said, Said]":
        """What was said before this moment, and after it."""
        before = tuple(word for word in self.words if word.start_ms + word.end_ms <= 2 * at_ms)
        return Said(before, self.language), Said(self.words[len(before) :], self.language)
