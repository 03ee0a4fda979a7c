"""Lines joined to what one person said in a row, as it is read on paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transcripts.formats.wording import plain
from transcripts.formats.written import Gap, Line, Who

LONGEST_MS = 60_000
"""Then a new paragraph begins with its time, so that a place in a long speech is found."""


@dataclass(frozen=True)
class Turn:
    start_ms: int
    who: Who | None
    begins: bool
    """Another speaker than before, or the first after a gap."""
    text: str
    language: str
    translation: str


def turns(said: Iterable[Line | Gap]) -> Iterator[Turn | Gap]:
    held: list[Line] = []
    last: Who | None = None
    is_new = True
    for each in said:
        if held and (isinstance(each, Gap) or not _goes_on(held, each)):
            yield _turn(held, is_new or last != held[0].who)
            last, is_new, held = held[0].who, False, []
        if isinstance(each, Gap):
            yield each
            is_new = True
        else:
            held.append(each)
    if held:
        yield _turn(held, is_new or last != held[0].who)


def _goes_on(held: list[Line], line: Line) -> bool:
    first = held[0]
    same = (first.who, first.language) == (line.who, line.language)
    return same and line.start_ms - first.start_ms < LONGEST_MS


def _turn(lines: list[Line], begins: bool) -> Turn:
    text, translation = (
        " ".join(plain(each) for each in texts if each)
        for texts in ([line.text for line in lines], [line.translation for line in lines])
    )
    return Turn(lines[0].start_ms, lines[0].who, begins, text, lines[0].language, translation)
