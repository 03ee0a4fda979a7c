"""Words as search sees them: how a text is cut, folded and stemmed, and what a person asked for."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

LONGEST_QUERY = 400
"""Characters of a query that are read; the rest of a pasted page is not."""
MOST_TERMS = 16
LONGEST_ROW = 16
"""Words of one quoted phrase that are looked for."""
LONGEST_WORD = 64

_PART = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
_WORD = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?![^\W_])|{_PART}(?:['’ʼ]{_PART})*")
_ASKED = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»", '"""""')
_STEMMERS = {
    language: TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(name)).build()
    for language, name in (("en", "english"), ("es", "spanish"))
}
LANGUAGES = tuple(_STEMMERS)
"""Languages with stems; a text in another one is found by its exact words."""
_STOP = """
    the a an and or of to in on at for with by is are was were be it this that what who how did do does about
    from as el la los las un una y o de del en que por para con se su al lo es
"""
STOP_WORDS = frozenset(_STOP.split())
"""Not asked for when a query has other words; in quotes they count."""


def primary(language: str) -> str:
    """Of a language tag, what says how to take stems: es of es-MX."""
    return language.partition("-")[0].lower()


@lru_cache(2**16)
def fold(word: str) -> str:
    """Without case, accents, apostrophes or a possessive 's: Reunión is reunion, council’s is council."""
    bare = re.sub(r"['’ʼ][sS]$", "", word)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
    return "".join(letter for letter in text if letter.isalnum())[:LONGEST_WORD]


@lru_cache(2**16)
def stem(word: str, language: str) -> str:
    """The folded stem in one of LANGUAGES, taken before the accents fall, as Spanish endings need them.

    Snowball leaves the s of short Spanish plurals (años), so that goes too.
    """
    if language == "en":
        return _STEMMERS["en"].analyze(fold(word))[0]
    letters = "".join(letter for letter in unicodedata.normalize("NFC", word.lower()) if letter.isalnum())
    root = fold(_STEMMERS[language].analyze(letters or fold(word))[0])
    return root.removesuffix("s") if len(root) > 3 else root


def spelled(text: str, most: int | None = None) -> list[str]:
    """The words of a text as they stand in it; 1,500,000 is one, 12-A is two."""
    return list(islice(filter(fold, map(itemgetter(0), _WORD.finditer(text))), most))


def placed(text: str) -> list[tuple[str, int, int]]:
    """The words with where each begins and ends."""
    return [(match[0], *match.span()) for match in _WORD.finditer(text) if fold(match[0])]


@dataclass(frozen=True)
class Term:
    """One thing asked for: any of some words, the beginning of a word, or words in a row."""

    words: tuple[str, ...]
    stems: dict[str, tuple[str, ...]]
    """By language, one for each word."""
    is_row: bool = False
    is_prefix: bool = False

    @classmethod
    def of(cls, spelled: Sequence[str], *, is_row: bool = False, is_prefix: bool = False) -> "Term":
        stems = {language: tuple(stem(word, language) for word in spelled) for language in LANGUAGES}
        return cls(tuple(map(fold, spelled)), stems, is_row, is_prefix)

    @property
    def is_word(self) -> bool:
        """Whether its stems may be found instead, or a word near it."""
        return not self.is_row and not self.is_prefix

    @property
    def is_stop(self) -> bool:
        return self.is_word and self.words[0] in STOP_WORDS

    def finds(self, word: str, language: str) -> bool:
        """Whether a word, as it stands in a text of this language, is one that was asked for."""
        if self.is_prefix:
            return fold(word).startswith(self.words[0])
        if fold(word) in self.words:
            return True
        language = primary(language)
        return language in self.stems and stem(word, language) in self.stems[language]


def asked(text: str) -> list[Term]:
    """What a person typed: words, "words in a row", begin*. Never an error; nothing readable is no terms.

    A word with punctuation inside (12-A, e-mail) asks for its parts in a row. An open quote is none.
    """
    terms = []
    for match in _ASKED.finditer(text[:LONGEST_QUERY].translate(_QUOTES)):
        quoted, bare = match.groups()
        words = spelled(quoted or bare or "", LONGEST_ROW)
        if words:
            is_row = quoted is not None or len(words) > 1
            terms.append(Term.of(words, is_row=is_row, is_prefix=not is_row and bare.endswith("*")))
    return terms[:MOST_TERMS]
