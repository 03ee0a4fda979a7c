"""An evening whose every word has a known speaker, its record, and whose words the product takes them for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from numpy.random import Generator
from rapidfuzz.distance import Levenshtein
from sqlalchemy.orm import Session

from comments.queue.actions import join_queue
from comments.queue.floor import call_next, end_turn, start_turn
from engage import clock
from engage.course import course_of
from engage.db import new_id
from engage.people import Participant
from meetings import actions
from meetings.models import Meeting
from tests import make
from tests.benchmarks.made_meetings import Said
from tests.make import EPOCH, SYSTEM
from transcripts.attribution.items import chapters
from transcripts.attribution.lines import lines_from
from transcripts.models import Line, Recording

FloorTurn = tuple[int, int, str]
Sentences = list[dict[str, Any]]
EVERY = 4
"""An item is called with the first of so many turns."""
FAR_MS = 10_000


class Word(NamedTuple):
    text: str
    at_ms: int
    speaker: str


@dataclass(frozen=True)
class Evening:
    """Its recording, as it was heard, and the truth."""

    sentences: Sentences
    voices: list[list[int]]
    said: list[Said]
    exact: list[FloorTurn]
    late: list[FloorTurn]
    length_ms: int


@dataclass(frozen=True)
class Score:
    """In words, and seconds."""

    wrong: int
    right: int
    unnamed: int
    section_s: float
    """By how much the section of an item begins too early or too late, at most."""

    @property
    def words(self) -> int:
        return self.wrong + self.right + self.unnamed

    def per_cent(self, count: int) -> float:
        return 100 * count / max(self.words, 1)


def held(db: Session, turns: Sequence[FloorTurn], calls: Sequence[int]) -> tuple[Meeting, dict[str, str]]:
    """A meeting with these turns and calls of items in its record; the names of its people by their ids."""
    with clock.set_to(EPOCH - make.MINUTE):
        meeting = make.meeting(db, make.body(db, f"Council {new_id()}"))
        items = [make.item(db, meeting, f"Item {n}", place=n) for n in range(1, len(calls) + 1)]
        people = {who: make.participant(db, meeting, who) for _, _, who in turns}
    acts = [(at, n, "item") for n, at in enumerate(calls)]
    acts += [
        (at, n, what) for n, turn in enumerate(turns) for at, what in ((turn[0], "start"), (turn[1], "end"))
    ]
    open_turns = {}
    for at, n, what in sorted(acts, key=lambda act: (act[0], act[2] != "end", act[2] != "item")):
        with clock.set_to(EPOCH + timedelta(milliseconds=at)):
            if what == "item":
                actions.call_item(db, meeting, items[n], by=SYSTEM)
            elif what == "start":
                open_turns[n] = begun(db, meeting, people[turns[n][2]])
            else:
                end_turn(db, meeting, open_turns[n], by=SYSTEM)
    with clock.set_to(EPOCH + timedelta(milliseconds=turns[-1][1]) + make.MINUTE):
        actions.adjourn_meeting(db, meeting, by=SYSTEM)
    return meeting, {person.id: name for name, person in people.items()}


def begun(db: Session, meeting: Meeting, person: Participant) -> Any:
    request = join_queue(db, meeting, None, person, by=SYSTEM, mode="in_person")
    call_next(db, meeting, request, by=SYSTEM)
    start_turn(db, request, by=SYSTEM)
    return request


def attributed(
    db: Session, evening: Evening, turns: Sequence[FloorTurn], calls: Sequence[int], *, voices: bool
) -> tuple[Recording, list[Line], dict[str, str]]:
    """The lines of the product, and the names of those who had the floor by their participant's id."""
    meeting, names = held(db, turns, calls)
    recording = make.recording(db, meeting, duration_ms=evening.length_ms)
    recording.anchors, recording.clock_from = [[0, clock.text(EPOCH)]], "record"
    recording.voices = evening.voices if voices else []
    lines = lines_from(db, recording, evening.sentences, course_of(db, meeting.id))
    db.add_all(lines)
    db.flush()
    return recording, lines, names


def score(db: Session, evening: Evening, *, late: bool, voices: bool, chance: Generator) -> Score:
    """What the product makes of the exact record, or of the late one, whose items are called late, too."""
    true_calls = [start for start, _, _ in evening.exact[::EVERY]]
    calls = [at + round(chance.uniform(0, 3000)) * late for at in true_calls]
    turns = evening.late if late else evening.exact
    recording, lines, names = attributed(db, evening, turns, calls, voices=voices)
    counts = outcomes(
        evening, [(word, names.get(participant_of(line), "")) for line in lines for word in line.words]
    )
    starts = [ms for ms, _ in chapters(db, recording)]
    off = max(abs(ms - true) for ms, true in zip(starts, true_calls, strict=True)) / 1000
    return Score(counts["wrong"], counts["right"], counts["unnamed"], off)


def control(evening: Evening, *, late: bool) -> Score:
    """The same without any caution: who had the floor has said it."""
    turns = evening.late if late else evening.exact
    words = [word for sentence in evening.sentences for word in sentence["words"]]
    counts = outcomes(evening, [(word, holder(turns, (word[0] + word[1]) / 2)) for word in words])
    return Score(counts["wrong"], counts["right"], counts["unnamed"], 0.0)


def holder(turns: Sequence[FloorTurn], ms: float) -> str:
    return next((who for start, end, who in turns if start <= ms < end), "")


def outcomes(evening: Evening, given: Sequence[tuple[Sequence[Any], str]]) -> Counter[str]:
    """Of words, each with the name that it was given."""
    truth = true_speakers([word for word, _ in given], spoken(evening.said))
    has_floor = {who for _, _, who in evening.exact}
    return Counter(outcome(name, who, who in has_floor) for (_, name), who in zip(given, truth, strict=True))


def participant_of(line: Line) -> str:
    return (line.speaker.participant_id if line.speaker else None) or ""


def outcome(name: str, truth: str, has_floor: bool) -> str:
    if name:
        return "right" if name == truth else "wrong"
    return "unnamed" if has_floor else "right"


def spoken(said: Sequence[Said]) -> list[Word]:
    """Every word with about the time at which it is said."""
    found = []
    for each in said:
        texts = each.text.split()
        step = (each.end_ms - each.start_ms) / max(len(texts), 1)
        found += [
            Word(bare(text), round(each.start_ms + step * (n + 0.5)), each.speaker)
            for n, text in enumerate(texts)
        ]
    return found


def true_speakers(heard: Sequence[Sequence[Any]], truth: Sequence[Word]) -> list[str]:
    """Who said each heard word: by the text where it fits, else by the time."""
    found = [nearest(word, truth) for word in heard]
    texts = [bare(word[2]) for word in heard]
    for change in Levenshtein.opcodes(texts, [word.text for word in truth]):
        if change.tag in ("equal", "replace"):
            places = zip(
                range(change.src_start, change.src_end),
                range(change.dest_start, change.dest_end),
                strict=False,
            )
            for place, true in places:
                if abs(truth[true].at_ms - heard[place][0]) < FAR_MS:
                    found[place] = truth[true].speaker
    return found


def nearest(word: Sequence[Any], truth: Sequence[Word]) -> str:
    middle = (word[0] + word[1]) / 2
    return min(truth, key=lambda each: abs(each.at_ms - middle)).speaker


def bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
