"""What has been counted: of a question, and of a whole survey."""

from dataclasses import dataclass, field

from comments.surveys.models import RANKING, RATING, Option, Question, Survey
from comments.surveys.rules import may_show_counts, may_show_turnout, mean_tenths


@dataclass(frozen=True)
class Count:
    """`people` have answered a question. By option's id: how many chose it, or put it first, and where the
    options are put in order its Borda points."""

    people: int
    chosen: dict[str, int]
    points: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionResult:
    """A question with its options in order, each with how many chose it or put it first."""

    question: Question
    people: int
    rows: list[tuple[Option, int]]
    points: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> Count:
        return Count(self.people, {option.id: count for option, count in self.rows}, self.points)

    @property
    def mean_tenths(self) -> int | None:
        """Of a rating."""
        counts = [count for _, count in self.rows]
        return mean_tenths(counts) if self.question.kind == RATING else None

    @property
    def ranking(self) -> list[tuple[Option, int, int]]:
        """Option, Borda points and first places, the best first; equal ones in the question's order."""
        if self.question.kind != RANKING:
            return []
        rows = [(option, self.points[option.id], firsts) for option, firsts in self.rows]
        return sorted(rows, key=lambda row: (-row[1], -row[2]))

    @property
    def most_points(self) -> int:
        """What an option would have that everybody put first."""
        return self.people * (len(self.rows) - 1)


@dataclass(frozen=True)
class Result:
    """`answers` people have answered at least one of the survey's questions."""

    survey: Survey
    answers: int
    questions: list[QuestionResult]

    @property
    def counts(self) -> dict[str, int]:
        """Option's id to how many chose it, or put it first."""
        return {option.id: count for each in self.questions for option, count in each.rows}

    @property
    def points(self) -> dict[str, int]:
        return {option_id: count for each in self.questions for option_id, count in each.points.items()}

    @property
    def people(self) -> dict[str, int]:
        """Question's id to how many have answered it."""
        return {each.question.id: each.people for each in self.questions}

    @property
    def shows_counts(self) -> bool:
        return may_show_counts(self.survey)

    @property
    def shows_turnout(self) -> bool:
        return may_show_turnout(self.survey)
