"""What a misspelt word may have meant, among the words of the index."""

from string import ascii_lowercase

from tantivy import Query as Part
from tantivy import Searcher

from engage.index import SCHEMA, count

SHORTEST = 4
"""Letters of a word that is worth mending; in shorter ones every word is near."""
TWO_SLIPS = 8
"""Letters from which on a word may have two slips."""
MOST = 3


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour, until one word is the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


def nearest(searcher: Searcher, word: str) -> tuple[str, ...]:
    """Up to 3 equally near words of the index, the most used first; never for numbers.

    One slip may be in the first letter, of two none. The words of deleted texts stay in the index until its
    segments merge, so a word counts only when a text that is still there has it.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return ()
    most = 2 if len(word) >= TWO_SLIPS else 1
    rated = [(far, other) for other in alike(searcher, word, most) if (far := distance(word, other)) <= most]
    used = [(far, -count(searcher, Part.term_query(SCHEMA, "exact", other)), other) for far, other in rated]
    near = sorted(each for each in used if each[1])
    return tuple(other for far, _, other in near if far == near[0][0])[:MOST]


def alike(searcher: Searcher, word: str, most: int) -> set[str]:
    """Words of the index that may be so near: with the same first letter, about the length and the letters,
    or with one slip in the first letter."""
    first, rest, letters = word[0], word[1:], set(word)
    known = {
        other
        for other, _ in searcher.terms_with_prefix("exact", first)
        if abs(len(other) - len(word)) <= most
        and len(letters.difference(other)) <= most
        and len(set(other) - letters) <= most
    }
    slips = {rest, rest[0] + first + rest[1:]}.union(*({new + rest, new + word} for new in ascii_lowercase))
    return known | {slip for slip in slips if searcher.doc_freq("exact", slip)}
