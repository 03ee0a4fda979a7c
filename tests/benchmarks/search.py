"""How fast meetings are indexed and found: python -m tests.benchmarks.search [--segments N] [--seed S]."""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

from engage.finding import Query, search
from engage.index import Document, Index, Writer
from engage.snippets import snippet

LINES = 1200
"""Lines of one meeting, about four hours."""
QUERIES = 60
"""Of each kind."""
ENGLISH = """
    the of and to a in that is for we it on this be with you are as have I our so at will they not or from can
    city council would what if there by do an was but motion item public agenda meeting comment staff housing
    budget traffic street lanes bicycle park zoning permit ordinance water safety planning school library vote
"""
SPANISH = """
    de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí
    ciudad concejo reunión vivienda presupuesto tráfico calle parque ordenanza agua seguridad escuela votación
"""
ENDINGS = {
    "en": ("", "s", "ing", "ed", "er", "ly", "ment"),
    "es": ("", "s", "ción", "ciones", "ar", "aba", "ado"),
}


def vocabulary(dice: random.Random, language: str, size: int) -> list[str]:
    """Real frequent words, then made-up ones with the endings of the language."""
    words = dict.fromkeys((ENGLISH if language == "en" else SPANISH).split())
    while len(words) < size:
        root = "".join(dice.choice("bcdfglmnprstv") + dice.choice("aeiou") for _ in range(dice.randint(2, 4)))
        words.update(dict.fromkeys(root + dice.choice("lnrst") + ending for ending in ENDINGS[language]))
    return list(words)


def texts(segments: int, seed: int) -> Iterator[tuple[str, str]]:
    """Language and line: 10 to 24 words, as frequent as Zipf says; one meeting in eight is in Spanish."""
    dice = random.Random(seed)
    spoken = {}
    for language, size in (("en", 40_000), ("es", 15_000)):
        words = vocabulary(dice, language, size)
        spoken[language] = words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    for number in range(segments):
        language = "es" if number // LINES % 8 == 7 else "en"
        words, weights = spoken[language]
        yield language, " ".join(dice.choices(words, cum_weights=weights, k=dice.randint(10, 24)))


def documents(segments: int, seed: int) -> list[Document]:
    lines = list(texts(segments, seed))
    made = []
    for number, (language, text) in enumerate(lines):
        meeting, place = divmod(number, LINES)
        day = date(2026, 1, 1) - timedelta(days=meeting * 3)
        after = lines[number + 1][1] if number + 1 < segments and place + 1 < LINES else ""
        body = f"b{meeting % 12}"
        made.append(Document(f"l{number}", "line", f"m{meeting}", body, day, text, language, after, place))
    return made


def queries(lines: list[Document], seed: int) -> dict[str, list[Query]]:
    """Of each kind, taken from the texts by how many lines have the words."""
    dice = random.Random(seed)
    df = Counter(word for line in lines for word in set(line.text.split()))
    rows = Counter(row for line in lines for row in pairwise(line.text.split()))
    size = len(lines)

    def between(least: float, most: float) -> list[str]:
        words = sorted(word for word, lines in df.items() if least <= lines <= most and word.isalpha())
        return dice.choices(words, k=QUERIES)

    medium, common = between(size * 0.002, size * 0.006), between(size * 0.03, size * 0.2)
    phrases = sorted(row for row, lines in rows.items() if size * 0.0001 <= lines <= size * 0.001)
    some = [dice.choice(lines).text.split() for _ in range(QUERIES)]
    misspelt = [word[:2] + word[3] + word[2] + word[4:] for word in between(20, size) if len(word) >= 6]
    first, last = lines[len(lines) * 3 // 4].date, lines[len(lines) // 4].date
    return {
        "rare": [Query(word) for word in between(3, 20)],
        "medium": [Query(word) for word in medium],
        "common": [Query(word) for word in common],
        "stop word": [Query(word) for word in ("the", "of", "and", "de", "la") * (QUERIES // 5)],
        "two words": [Query(" ".join(dice.sample(words, 2))) for words in some],
        "five words": [Query(" ".join(dice.sample(words, 5))) for words in some],
        "phrase": [Query(f'"{" ".join(row)}"') for row in dice.choices(phrases, k=QUERIES)],
        "common phrase": [Query(f'"{" ".join(row)}"') for row, _ in rows.most_common(QUERIES)],
        "long common phrase": [Query(f'"{" ".join(["the", "of", "and"] * 10)}"')] * QUERIES,
        "prefix": [Query(word[:4] + "*") for word in medium],
        "misspelt": [Query(word) for word in misspelt if word not in df],
        "not together": [Query(f"{one} {between(3, 5)[0]}") for one in between(3, 5)],
        "filtered": [Query(word, body="b3", date_from=first, date_to=last) for word in common],
    }


def shown(index: Index, query: Query, rows: dict[str, Document]) -> int:
    """Find and make the snippets of the first page; how many there are in all."""
    hits = search(index, query)
    for row in (rows[hit.id] for hit in hits.page):
        snippet(row.text, hits.terms, row.language)
    return hits.total


def index_lines(index: Index, writer: Writer, lines: list[Document], seq: int) -> float:
    """Seconds until a reader has them."""
    start = time.perf_counter()
    writer.put(lines)
    writer.commit({"all": seq})
    index.searcher()
    return time.perf_counter() - start


def index_all(index: Index, lines: list[Document], folder: Path) -> None:
    writer = index.try_writer()
    assert writer, "a new folder has no other writer"
    whole = index_lines(index, writer, lines, 1)
    meeting, line = index_lines(index, writer, lines[-LINES:], 2), index_lines(index, writer, lines[:1], 3)
    writer.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"{len(lines)} lines in {whole:.1f} s, {len(lines) / whole:,.0f}/s, {size:.1f} MB on disk")
    print(f"one meeting ({LINES} lines) anew {meeting * 1000:.0f} ms, one line {line * 1000:.0f} ms")


def search_all(index: Index, lines: list[Document], seed: int) -> None:
    rows = {line.id: line for line in lines}
    print(f"{'query, with 20 snippets':24}{'p50 ms':>9}{'p95 ms':>9}{'hits p50':>10}")
    for kind, some in queries(lines, seed).items():
        times, totals = [], []
        for query in some:
            start = time.perf_counter()
            totals.append(shown(index, query, rows))
            times.append((time.perf_counter() - start) * 1000)
        p50, p95 = sorted(times)[len(times) // 2], sorted(times)[len(times) * 95 // 100]
        print(f"{kind:24}{p50:9.2f}{p95:9.2f}{sorted(totals)[len(totals) // 2]:10d}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--segments", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    lines = documents(given.segments, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        index_all(index, lines, Path(folder))
        search_all(index, lines, given.seed)


if __name__ == "__main__":
    main()
