"""The counts of a pasted agenda that are open at a line: which it goes on, or whether it begins one."""

from collections.abc import Sequence
from dataclasses import dataclass

from meetings.agenda.markers import Marker, Path

LARGEST_GAP = 3
"""Steps in a count of whole numbers; a larger one is taken for another count. In other counts the step is
one, so that "2.5 million" after 2.2 stays an amount."""

DEEPEST = 6
"""Counts within counts; deeper ones take the innermost's place."""


@dataclass
class Count:
    """Where it stands, and how far in it is written. A heading's and a plain line's never go on."""

    style: str
    path: Path
    indent: int

    def is_followed_by(self, marker: Marker) -> bool:
        if marker.style == "bullet":
            return self.style == "bullet"
        if self.style != marker.style or self.path[:-1] != marker.path[:-1]:
            return False
        most = LARGEST_GAP if marker.style == "number" else 1
        return 0 < marker.path[-1] - self.path[-1] <= most


class Counts:
    """From the outermost; their number is the level of the line that they stand at."""

    def __init__(self) -> None:
        self.open: list[Count] = []

    @property
    def level(self) -> int:
        return max(len(self.open) - 1, 0)

    def restart(self, indent: int | None = None) -> None:
        """After a heading; with an indent, what follows stands under it."""
        self.open = [] if indent is None else [Count("heading", (), indent)]

    def take(self, read: Sequence[Marker], indent: int, *, may_list: bool) -> Marker | None:
        """The reading that fits; the counts then stand at it. `may_list`: bullets may begin a count."""
        for marker in read:
            if (place := self._following(marker, indent)) is not None:
                self.open[place:] = [Count(marker.style, marker.path, indent)]
                return marker
        for marker in read:
            if self._may_begin(marker, may_list):
                self._leave(marker, indent)
                self.open.append(Count(marker.style, marker.path, indent))
                return marker
        return None

    def take_plain(self, indent: int) -> None:
        """A line without a marker, where only indentation tells the level."""
        while self.open and self.open[-1].indent >= indent and self.open[-1].style != "heading":
            self.open.pop()
        self.open.append(Count("plain", (1,), indent))

    def _following(self, marker: Marker, indent: int) -> int | None:
        """The count it goes on: by one step, if any; then the one that is as far in; then the innermost."""
        places = [i for i, count in enumerate(self.open) if count.is_followed_by(marker)]
        exact = [i for i in places if marker.path[-1] == self.open[i].path[-1] + 1]
        return min(exact or places, key=lambda i: (abs(self.open[i].indent - indent), -i), default=None)

    def _may_begin(self, marker: Marker, may_list: bool) -> bool:
        if marker.style == "bullet":
            return may_list
        if marker.style != "dotted":
            return marker.is_first or marker.style == "number"
        parents = [i for i, count in enumerate(self.open) if count.path == marker.path[:-1]]
        if parents:
            del self.open[parents[-1] + 1 :]
        return marker.is_first or not self.open

    def _leave(self, marker: Marker, indent: int) -> None:
        """What is written further in is over, but for the outermost; so is a first that has no second."""
        while len(self.open) > 1 and self.open[-1].indent > indent + 1:
            self.open.pop()
        last = self.open[-1] if self.open else None
        is_again = last and (last.style, last.path, last.indent) == (marker.style, marker.path, indent)
        if is_again or len(self.open) == DEEPEST:
            self.open.pop()
