"""How fast meetings are indexed and found: python -m tests.benchmarks.search [--segments N] [--seed S]."""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

from engage.finding import Query, search
from engage.index import Document, Index
from engage.snippets import snippet

LINES = 1200
"""Lines of one meeting, about four hours."""
QUERIES = 60
"""Of each kind."""
ENGLISH = (
    "the of and to a in that is for we it on this be with you are as have I our so at will they not or from can city "
    "council would what if there by do an was but motion item public agenda meeting comment staff housing budget "
    "traffic street lanes bicycle park zoning permit ordinance water safety planning school library vote second"
).split()
SPANISH = (
    "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí porque "
    "ciudad concejo reunión vivienda presupuesto tráfico calle parque ordenanza agua seguridad escuela votación"
).split()
ENDINGS = {"en": ("", "s", "ing", "ed", "er", "ly", "ment"), "es": ("", "s", "ción", "ciones", "ar", "aba", "ado")}


def vocabulary(dice: random.Random, language: str, size: int) -> list[str]:
    """Real frequent words, then made-up ones with the endings of the language."""
    words = dict.fromkeys(ENGLISH if language == "en" else SPANISH)
    while len(words) < size:
        root = "".join(dice.choice("bcdfglmnprstv") + dice.choice("aeiou") for _ in range(dice.randint(2, 4)))
        words.update(dict.fromkeys(root + dice.choice("lnrst") + ending for ending in ENDINGS[language]))
    return list(words)


def documents(segments: int, seed: int) -> list[Document]:
    """Lines of 10 to 24 words whose frequencies follow Zipf and Mandelbrot, one meeting in eight in Spanish."""
    dice = random.Random(seed)
    spoken = {}
    for language, size in (("en", 40_000), ("es", 15_000)):
        words = vocabulary(dice, language, size)
        spoken[language] = words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    lines = []
    for number in range(segments):
        meeting, place = divmod(number, LINES)
        language = "es" if meeting % 8 == 7 else "en"
        words, weights = spoken[language]
        text = " ".join(dice.choices(words, cum_weights=weights, k=dice.randint(10, 24)))
        day = date(2026, 1, 1) - timedelta(days=meeting * 3)
        lines.append(
            Document(f"l{number}", "line", f"m{meeting}", f"b{meeting % 12}", day, text, language, position=place)
        )
    return lines


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
        "not together": [Query(f"{one} {other}") for one, other in zip(between(3, 5), between(3, 5), strict=True)],
        "filtered": [Query(word, body="b3", date_from=first, date_to=last) for word in common],
    }


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def found_page(index: Index, query: Query, rows: dict[str, Document]) -> Iterator[object]:
    hits = search(index, query)
    return [snippet(rows[hit.id].text, hits.terms, rows[hit.id].language) for hit in hits.page]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--segments", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    lines = documents(given.segments, given.seed)
    rows = {line.id: line for line in lines}
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        index_all(index, lines, Path(folder))
        print(f"{'query, with 20 snippets':24}{'p50 ms':>9}{'p95 ms':>9}{'hits p50':>10}")
        for kind, some in queries(lines, given.seed).items():
            times = sorted(milliseconds(lambda query=query: found_page(index, query, rows)) for query in some)
            totals = sorted(search(index, query).total for query in some)
            p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
            print(f"{kind:24}{p50:9.2f}{p95:9.2f}{totals[len(totals) // 2]:10d}")


def index_all(index: Index, lines: list[Document], folder: Path) -> None:
    writer = index.try_writer()
    assert writer, "a new folder has no other writer"
    seconds = milliseconds(lambda: (writer.put(lines), writer.commit({"all": 1}))) / 1000
    again = milliseconds(lambda: (writer.put(lines[-LINES:]), writer.commit({"all": 2}), index.searcher()))
    one = milliseconds(lambda: (writer.put(lines[:1]), writer.commit({"all": 3}), index.searcher()))
    writer.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"{len(lines)} lines in {seconds:.1f} s, {len(lines) / seconds:,.0f}/s, {size:.1f} MB on disk")
    print(f"one meeting ({LINES} lines) anew {again:.0f} ms, one line {one:.0f} ms, commit and reload included")


if __name__ == "__main__":
    main()
