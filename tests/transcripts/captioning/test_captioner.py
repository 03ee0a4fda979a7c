"""From parts that grow to rows: what may still change, what stays, whose words they are, and keeping up."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, demo
from engage.db import Database
from meetings.floor.models import Caption
from meetings.floor.standing import Grant, Standing
from tests.make import City
from tests.transcripts.captioning.spoken import Part, packets
from transcripts.audio import windows
from transcripts.captioning.captioner import Captioner, Overtaken
from transcripts.captioning.queries import Wanted
from transcripts.captioning.said import Said
from transcripts.captioning.tailing import Parts
from transcripts.gate import Piece
from transcripts.pauses import RATE, Samples
from transcripts.sentences import Word

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
START = clock.ms(NOW)
SPEECH = list(packets(next(windows(Path(demo.__file__).parent / "meeting.opus")).samples))
"""The demo's first words; a sentence, a pause of a second, and on."""
SILENCE = list(packets(np.zeros(RATE * 2, np.float32)))


def hear(samples: Samples, pieces: Sequence[Piece], *, start_ms: int, language: str) -> Said:
    """Stands for Whisper: a word for every piece of speech, named by its second on the clock."""

    def word(piece: Piece) -> Word:
        start, end = (start_ms + each * 1000 // RATE for each in (piece.start, piece.end))
        return Word(start, end, f" {(start - START) // 1000}", 0.9)

    return Said(tuple(word(each) for each in pieces), language)


class Room:
    """One meeting that is heard: its parts, its captioner, and a clock that the test sets."""

    def __init__(self, store: Database, city: City, folder: Path) -> None:
        self.store, self.meeting_id, self.folder = store, city.meeting.id, folder
        self.now, self.grants = 0.0, (Grant(1, "participant:p", 1),)
        parts = Parts(folder, since_ms=0)
        wanted = Wanted(self.meeting_id, "en", frozenset())
        self.captioner = Captioner(store, wanted, parts, hear, self.standing, now=lambda: self.now)

    def standing(self, db: Session, meeting_id: str) -> Standing:
        return Standing(is_on=True, grants=self.grants)

    def turn(self, seconds: float) -> None:
        """So long after the meeting began the captioner does all that is due."""
        self.now = seconds
        with clock.set_to(NOW + timedelta(seconds=seconds)):
            self.captioner.listen()
            while self.captioner.write_next():
                pass

    def rows(self) -> list[Caption]:
        return self.store.read_now(
            lambda db: list(db.scalars(select(Caption).order_by(Caption.start_at, Caption.channel)))
        )


@pytest.fixture
def room(store: Database, city: City, tmp_path: Path) -> Iterator[Room]:
    made = Room(store, city, tmp_path / "parts")
    yield made
    made.captioner.parts.close()


def facts(rows: Sequence[Caption], *names: str) -> list[Any]:
    return [tuple(getattr(row, name) for name in names) for row in rows]


def test_words_are_there_before_the_sentence_ends_and_are_settled_when_it_has(room: Room) -> None:
    part = Part(room.folder, 1, START)
    part.say(SPEECH[:30])
    room.turn(1.8)
    (first,) = room.rows()
    assert (first.is_final, first.person, first.channel, first.language) == (False, "participant:p", 1, "en")
    assert NOW <= first.start_at < first.end_at < NOW + timedelta(seconds=2)
    room.turn(3.9)
    (settled,) = room.rows()
    assert (settled.id, settled.text, settled.is_final) == (first.id, first.text, True)


def test_all_that_is_said_is_captioned_once_in_order(room: Room) -> None:
    part = Part(room.folder, 1, START)
    for n in range(0, len(SPEECH), 5):
        part.say(SPEECH[n : n + 5])
        room.turn(0.06 * (n + 5))
    room.turn(0.06 * len(SPEECH) + 2)
    rows = room.rows()
    assert [row.is_final for row in rows] == [True] * len(rows) and len(rows) >= 3
    assert all(a.end_at <= b.start_at for a, b in zip(rows, rows[1:], strict=False))
    assert max(row.end_at - row.start_at for row in rows) < timedelta(seconds=8)
    seconds = [int(word) for row in rows for word in row.text.split()]
    assert seconds == sorted(seconds) and seconds[0] < 2 and seconds[-1] > 12


def test_silence_is_nothing_and_is_not_kept(room: Room) -> None:
    part = Part(room.folder, 1, START)
    for n in range(10):
        part.say(SILENCE)
        room.turn(2.0 * n + 2)
    assert room.rows() == []
    assert len(room.captioner.ears[1].samples) <= RATE


def test_two_who_speak_at_once_are_both_captioned_and_each_has_their_words(room: Room) -> None:
    room.grants = (Grant(0, "place:chair", 0), Grant(1, "participant:p", 1))
    Part(room.folder, 0, START).say(SPEECH[:60])
    Part(room.folder, 1, START + 200).say(SPEECH[:60])
    room.turn(3.8)
    room.turn(10)
    assert {(row.channel, row.person) for row in room.rows()} == {(0, "place:chair"), (1, "participant:p")}


def test_the_next_speaker_begins_a_caption_of_their_own(room: Room) -> None:
    part = Part(room.folder, 1, START)
    part.say(SPEECH[:30])
    room.turn(1.8)
    room.grants = (Grant(1, "participant:q", 2),)
    part.say(SPEECH[100:130])
    room.turn(3.6)
    room.turn(10)
    assert facts(room.rows(), "person", "is_final") == [("participant:p", True), ("participant:q", True)]


def test_an_interpreter_is_not_captioned(room: Room) -> None:
    room.captioner.wanted = Wanted(room.meeting_id, "en", frozenset({1}))
    Part(room.folder, 1, START).say(SPEECH[:60])
    room.turn(10)
    assert (room.rows(), room.captioner.ears) == ([], {})


def test_what_is_left_at_the_end_is_written(room: Room) -> None:
    Part(room.folder, 1, START).say(SPEECH[:30])
    room.turn(0)
    room.captioner.write_rest()
    assert facts(room.rows(), "is_final") == [(True,)]
    assert len(room.captioner.ears[1].samples) == 0


def test_words_that_turn_out_to_be_none_are_taken_back(room: Room) -> None:
    part = Part(room.folder, 1, START)
    part.say(SPEECH[:30])
    room.turn(1.8)
    room.captioner.hear = lambda samples, pieces, *, start_ms, language: Said((), language)
    part.say(SPEECH[30:60])
    room.turn(3.6)
    assert room.rows() == []


def test_who_is_late_leaves_out_the_old_and_at_last_gives_up(room: Room) -> None:
    part = Part(room.folder, 1, START)
    part.say(SPEECH)
    room.turn(21)
    begin = min(row.start_at for row in room.rows())
    assert begin >= NOW + timedelta(seconds=15.9)  # five seconds are heard, of what came 21 seconds ago
    for n in (1, 2, 3):
        Part(room.folder, 1, START + 30_000 * n).say(SPEECH)
        if n < 3:
            room.turn(30 * n + 21)
    with pytest.raises(Overtaken):
        room.turn(111)
