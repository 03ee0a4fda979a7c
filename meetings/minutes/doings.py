"""What is done in a meeting, as the minutes tell it: each kind of act with its facts, in no language yet.

A `label` is a msgid. Moments are in UTC. Words are somebody's own, with the language they were written in.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Words:
    text: str
    lang: str = ""
    """Empty where nobody has said: a name, a place."""


@dataclass(frozen=True)
class Called:
    """An item was called, or taken up again after another one."""

    at: datetime
    is_again: bool = False


@dataclass(frozen=True)
class Event:
    """Needs no more than a sentence. Its blanks: the time, `values` as they are, `labels` translated."""

    at: datetime
    label: str
    values: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    """An item as it is named in a list, and what became of it."""

    number: str
    title: Words
    note: Event | None = None


@dataclass(frozen=True)
class Recess:
    """`until` is None when the meeting did not come back from it."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class ClosedSession:
    """Without the public: on which ground, which items it was about, and what was reported from it."""

    since: datetime
    until: datetime | None
    ground: str
    law: str
    """Section of the law, or nothing."""
    items: tuple[Line, ...]
    report: Words | None


@dataclass(frozen=True)
class Step:
    at: datetime
    label: str
    note: Words | None


@dataclass(frozen=True)
class Disruption:
    """When it began and why, what was done, how it ended (California Gov. Code 54953.4, SB 707)."""

    since: datetime
    until: datetime | None
    reason: str
    steps: tuple[Step, ...]
    ending: str
    """Label, empty while it lasts."""
    finding: str
    """Label: the finding that the law asks for, in full; empty when none was made."""


@dataclass(frozen=True)
class Speaker:
    """Somebody of the public who spoke; an empty name is a person who gave none."""

    name: str
    mode: str
    stance: str
    kind: str
    """Labels; the kind is empty for a comment, else a point of order or its like."""
    spoken_s: int


@dataclass(frozen=True)
class Speakers:
    in_room: int
    remote: int
    people: tuple[Speaker, ...]


@dataclass(frozen=True)
class Comments:
    """Written comments received: how many of each position, by label."""

    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class Motion:
    number: int
    kind: str
    words: Words
    """As moved."""
    about: int | None
    """Number of the motion that this one changes or sets aside."""
    mover: str
    seconder: str
    """Empty when nobody seconded."""


@dataclass(frozen=True)
class Ballots:
    """How each member voted, by name and label, and how many of each."""

    method: str
    members: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    threshold: str
    is_corrected: bool = False
    """It puts an earlier one right."""


@dataclass(frozen=True)
class Decision:
    """What became of a motion: by a vote, or without one when `ballots` are None."""

    number: int
    at: datetime | None
    """None: it was still pending at the end."""
    result: str
    amended: Words | None
    """The words that were decided on, where they are not those that were moved."""
    ballots: Ballots | None = None


@dataclass(frozen=True)
class Consent:
    """The consent calendar: what stood on it, and what was pulled for a vote of its own."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Poll:
    """A question with its result; `rows` are empty when the answers were texts."""

    question: Words
    audience: str
    people: int
    rows: tuple[tuple[str, int], ...]
    unit: str
    """Label of what is counted: people, or points of an order."""
    mean: str = ""
    """Of a rating."""


@dataclass(frozen=True)
class Summary:
    """What the clerk wrote."""

    words: Words


Block = (
    Called
    | Event
    | Recess
    | ClosedSession
    | Disruption
    | Speakers
    | Comments
    | Motion
    | Decision
    | Consent
    | Poll
    | Summary
)
