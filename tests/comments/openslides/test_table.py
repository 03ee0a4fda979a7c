"""docs/openslides.md: every scenario that applies names tests that exist, and its counts are right."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "openslides.md").read_text()
TESTS = {
    f"{path.name}::{node.name}"
    for path in HERE.glob("test_*.py")
    for node in ast.parse(path.read_text()).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
}
DIFFERENTLY, NO = "yes, differently: ", "no: "


@dataclass(frozen=True)
class Scenario:
    table: str
    theirs: str
    verdict: str
    ours: list[str]

    @property
    def applies(self) -> bool:
        return self.verdict == "yes" or self.is_different

    @property
    def is_different(self) -> bool:
        return self.verdict.startswith(DIFFERENTLY)


def scenarios() -> Iterator[Scenario]:
    for section in PAGE.split("\n## ")[1:]:
        table = section.splitlines()[0]
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| ") and cells[1].startswith("`"):
                _, theirs, verdict, ours = cells
                yield Scenario(table, theirs, verdict, re.findall(r"`([^`]+)`", ours))


ALL = list(scenarios())


def test_every_scenario_that_applies_names_tests_that_exist() -> None:
    wrong = [each for each in ALL if each.applies and not (each.ours and set(each.ours) <= TESTS)]
    assert wrong == []


def test_every_scenario_that_does_not_apply_has_a_reason_and_no_test() -> None:
    others = [each for each in ALL if not each.applies]
    assert [each for each in others if each.ours or len(each.verdict) < len(NO) + 10] == []
    assert [each for each in others if not each.verdict.startswith(NO)] == []


def test_every_difference_has_its_reason() -> None:
    assert [each for each in ALL if each.is_different and len(each.verdict) < len(DIFFERENTLY) + 10] == []


def test_no_scenario_stands_there_twice() -> None:
    named = [(each.table, each.theirs) for each in ALL]
    assert len(named) == len(set(named))


def count(some: list[Scenario]) -> list[int]:
    """Scenarios, those that apply, those of them that differ, those that do not apply."""
    applying = [each for each in some if each.applies]
    return [len(some), len(applying), sum(each.is_different for each in some), len(some) - len(applying)]


def test_the_totals_at_the_top_are_right() -> None:
    found = re.search(
        r"\*\*(\d+) scenarios: (\d+) apply \((\d+) of them differently, on purpose\), (\d+) do not; "
        r"(\d+) are covered by tests of ours\.\*\*",
        PAGE,
    )
    assert found
    covered = sum(bool(each.ours) for each in ALL)
    assert [int(number) for number in found.groups()] == [*count(ALL), covered]


def test_the_counts_of_each_table_are_right() -> None:
    rows = [
        line.strip("|").split("|") for line in PAGE.split("\n## ")[0].splitlines() if line.startswith("| ")
    ]
    said = {cells[0].strip(): [int(cell) for cell in cells[3:]] for cells in rows[1:]}
    tables = {each.table for each in ALL}
    assert said == {table: count([each for each in ALL if each.table == table]) for table in tables}
