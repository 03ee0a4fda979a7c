"""The published figures: made from the results, and saying what does not hold."""

from typing import Any

import pytest

from tests.benchmarks.publish import DOCUMENTS, OURS, P50, P99, PICTURE, measured, published, verdict
from tests.benchmarks.publish_goals import Goal, Run
from tests.benchmarks.results import ROOT, read

MISSED = Goal.of("must at most 0: missed")
GENERATED = [each.file for each in DOCUMENTS] + [PICTURE]
CHAPTERS = [chapter for document in DOCUMENTS for chapter in document.chapters]


def result(**figures: Any) -> dict[str, Any]:
    rest = {
        "command": "python -m tests.benchmarks.drops",
        "seed": 7,
        "on": "2026-11-22",
        "commit": "abc",
        "machine": "2 cores",
    }
    return rest | {"figures": figures}


def test_the_documents_are_what_the_results_say() -> None:
    docs = ROOT / "docs"
    kept = {name: (docs / name).read_text("utf-8") for name in GENERATED if (docs / name).exists()}
    assert kept == published(read())


def test_each_run_and_each_test_that_is_named_exists() -> None:
    runs = {f"tests/benchmarks/{run.module}.py" for chapter in CHAPTERS for run in chapter.runs}
    tests = {each for chapter in CHAPTERS for each in chapter.tests}
    assert [each for each in sorted(runs | tests) if not (ROOT / each).exists()] == []


def test_every_kept_result_is_published() -> None:
    assert set(read()) - {run.name for chapter in CHAPTERS for run in chapter.runs} == set()


def test_what_is_not_measured_is_said() -> None:
    text = published({})["reliability.md"]
    assert text.count("**Not measured yet.**") == sum(len(chapter.runs) for chapter in DOCUMENTS[1].chapters)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (49.0, "yes"),
        (50, "yes"),
        (60, "aim missed"),
        (101, "**no**"),
        ("1,200 of them", "**no**"),
        ("none", "yes"),
        ("{404: 3}", "**no**"),
        ("?", "**no**"),
    ],
)
def test_what_does_not_hold_is_said(value: object, said: str) -> None:
    assert verdict([Goal.of("aim at most 50: p99"), Goal.of("must at most 100: p99")], value) == said
    assert verdict([], value) == "-"


def test_a_run_is_a_table_with_its_command_seed_and_commit() -> None:
    run = Run("drops", "Drops", "drops", "Cuts.", goals=(MISSED, Goal.of("must at least 50: pages")))
    assert list(measured(run, result(missed=1, pages=50, other="a word"))) == [
        "| figure | measured | must or aim | holds |",
        "|---|---|---|---|",
        "| missed | 1 | must: 0 | **no** |",
        "| pages | 50 | must: at least 50 | yes |",
        "| other | a word | - | - |",
        "\n`python -m tests.benchmarks.drops` Seed 7. Commit abc, 2026-11-22, 2 cores.\n",
    ]


def test_a_goal_about_no_figure_is_an_error() -> None:
    with pytest.raises(KeyError, match="missed"):
        list(measured(Run("drops", "Drops", "drops", "Cuts.", goals=(MISSED,)), result(pages=50)))


def test_the_picture_shows_ours_beside_the_peers() -> None:
    kept = {name: result(**{P50: 12.5, P99: 40}) for _, name in OURS}
    for each in kept.values():
        each["figures"] |= {
            goal.label: 0 for chapter in CHAPTERS for run in chapter.runs for goal in run.goals
        } | each["figures"]
    files = published(kept)
    assert "1,000, median, venueless: 145 ms" in files[PICTURE]
    assert "| 10,000, median | 12.5 |" in files["performance.md"]
    assert f"]({PICTURE})" in files["performance.md"]
    assert PICTURE not in published({})
