"""Finding what a person asked for in the index: the nearest matches first, among equal ones the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tantivy import FieldType, Occur, Searcher
from tantivy import Query as Part

from engage.index import EDGE, NEXT, SCHEMA, Index, count, found
from engage.spelling import nearest
from engage.words import LANGUAGES, Term, asked

DEEPEST = 10_000
"""Hits beyond this place are counted, not listed."""


@dataclass(frozen=True)
class Query:
    """What a person typed, and where to look: an empty filter looks everywhere, both dates are included."""

    text: str
    body: str = ""
    meeting: str = ""
    kind: str = ""
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True)
class Hit:
    """Names a row; its text is read from the database, as it is now."""

    id: str
    kind: str
    meeting: str


@dataclass(frozen=True)
class Hits:
    """One page of hits, and what was done to find them."""

    page: tuple[Hit, ...] = ()
    total: int = 0
    terms: tuple[Term, ...] = ()
    """What to mark in the texts."""
    instead: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By word that no text has, the words nearest to it, which were searched for."""
    has_every_term: bool = True
    """False when no text has all of them, and these have as many as are found together."""


def search(index: Index, query: Query, *, limit: int = 20, offset: int = 0) -> Hits:
    """Texts with every word of the query. If there are none, words that no text has are mended; if there are
    still none, texts with as many of the words as any has."""
    typed = asked(query.text)
    terms = [term for term in typed if not term.is_stop] or typed
    if not terms:
        return Hits()
    limit, offset = (limit, offset) if offset + limit <= DEEPEST else (0, 0)
    searcher, filters = index.searcher(), _filters(query)
    page, total = _ranked(searcher, _levels(typed, terms), filters, limit, offset)
    instead = {} if total else _instead(searcher, terms)
    if instead:
        typed, terms = _mended(typed, instead), _mended(terms, instead)
        page, total = _ranked(searcher, _levels(typed, terms), filters, limit, offset)
    least = len(terms)
    while not total and least > 1:
        least -= 1
        levels = [
            _any([_exact(term) for term in terms], least),
            _any([_loose(term) for term in terms], least),
        ]
        page, total = _ranked(searcher, levels, filters, limit, offset)
    return Hits(page, total, tuple(terms), instead, least == len(terms))


def _filters(query: Query) -> list[Part]:
    named = {"body": query.body, "meeting": query.meeting, "kind": query.kind}
    parts = [_word(value, name) for name, value in named.items() if value]
    if query.date_from or query.date_to:
        first, last = (day.toordinal() if day else None for day in (query.date_from, query.date_to))
        parts.append(Part.range_query(SCHEMA, "day", FieldType.Integer, first, last))
    return parts


def _word(word: str, name: str = "exact") -> Part:
    return Part.term_query(SCHEMA, name, word)


def _any(parts: Sequence[Part], at_least: int = 1) -> Part:
    return Part.boolean_query([(Occur.Should, part) for part in parts], minimum_number_should_match=at_least)


def _row(words: Sequence[str], name: str = "exact") -> Part:
    """Words one after another in a text, or over its end into the next: found in that where they begin."""
    if len(words) == 1:
        return _word(words[0], name)
    ways: list[list[str | tuple[int, str]]] = [list(words)]
    for at in range(1, len(words) if name == "exact" else 1):
        ways.append([*words[:at], *(NEXT + word for word in words[at : at + EDGE])])
    return _any([Part.phrase_query(SCHEMA, name, way) for way in ways])


def _exact(term: Term) -> Part:
    if term.is_row:
        return _row(term.words)
    if term.is_prefix:
        return Part.fuzzy_term_query(SCHEMA, "exact", term.words[0], distance=0, prefix=True)
    return _any([_word(word) for word in term.words])


def _loose(term: Term) -> Part:
    """With the stems of every language, as a person does not say in which they ask."""
    if not term.is_word:
        return _exact(term)
    return _any([_exact(term), *(_word(root, name) for name in LANGUAGES for root in term.stems[name])])


def _levels(typed: Sequence[Term], terms: Sequence[Term]) -> list[Part]:
    """The ways to match, nearest first: as typed and in a row; stems in a row; as typed, anywhere; stems."""
    ways = (_exact, _loose) if any(term.is_word for term in terms) else (_exact,)
    levels = [Part.boolean_query([(Occur.Must, way(term)) for term in terms]) for way in ways]
    if len(typed) == 1 or any(term.is_prefix or (len(term.words) > 1 and not term.is_row) for term in typed):
        return levels
    stems = [_row([root for term in typed for root in term.stems[name]], name) for name in LANGUAGES]
    return [_row([word for term in typed for word in term.words]), _any(stems), *levels]


def _ranked(
    searcher: Searcher, levels: Sequence[Part], filters: Sequence[Part], limit: int, offset: int
) -> tuple[tuple[Hit, ...], int]:
    """One page out of the levels in their order, and how many hits there are in all."""
    page: list[Hit] = []
    total = 0
    for place, level in enumerate(levels):
        must = [(Occur.Must, part) for part in (level, *filters)]
        part = Part.boolean_query(must + [(Occur.MustNot, nearer) for nearer in levels[:place]])
        fields, hits = found(searcher, part, limit - len(page), max(0, offset - total))
        page += [Hit(each["id"], each["kind"], each["meeting"]) for each in fields]
        total += hits
    return tuple(page), total


def _instead(searcher: Searcher, terms: Sequence[Term]) -> dict[str, tuple[str, ...]]:
    lost = [term.words[0] for term in terms if term.is_word and not count(searcher, _loose(term))]
    return {word: near for word in lost if (near := nearest(searcher, word))}


def _mended(terms: Sequence[Term], instead: Mapping[str, tuple[str, ...]]) -> list[Term]:
    return [
        Term.of(instead[term.words[0]]) if term.is_word and term.words[0] in instead else term
        for term in terms
    ]
