"""The demo's meeting spoken into seven microphones: is every word under its name and on its item?"""

import json
from bisect import bisect_right
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import av
import numpy as np
import pytest
from sqlalchemy.orm import Session

import engage.demo
from comments.queue.actions import join_queue
from comments.queue.floor import call_next, end_turn, start_turn
from engage import clock
from engage.course import course_of
from engage.db import Database
from engage.settings import Settings
from engage.tracks import Joining
from meetings import actions
from meetings.floor import parts
from meetings.floor.actions import make_place
from meetings.floor.models import CHAIR, CHAIR_CHANNEL, FLOOR_CHANNEL, MEMBER, STAFF
from meetings.floor.ogg import OggFile
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM
from transcripts import queries
from transcripts.attribution.items import items_of_lines
from transcripts.decoding import Reading, opened
from transcripts.models import Recording
from transcripts.pauses import RATE, Samples
from transcripts.whisper import Recogniser
from transcripts.worker import take_next

FOLDER = Path(engage.demo.__file__).parent
TIMES = json.loads((FOLDER / "meeting.json").read_text("utf-8"))
LAST_MS = 216_000
"""Three items and two residents; the rest would only take longer."""
TURNS = [each for each in TIMES["turns"] if each["end_ms"] <= LAST_MS]
KINDS = {"chair": CHAIR, "member": MEMBER, "clerk": STAFF}


def at(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def packets(samples: Samples) -> list[bytes]:
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = RATE, "mono", "s16", 32_000
    codec.options = {"frame_duration": "60", "application": "voip"}
    size = RATE * 60 // 1000
    whole = np.concatenate([samples, np.zeros(-len(samples) % size, np.float32)])
    found: list[bytes] = []
    for place in range(0, len(whole), size):
        pcm = (whole[None, place : place + size] * (2**15 - 1)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, place
        found += [bytes(packet) for packet in codec.encode(frame)]
    return found


class Spoken:
    """The record of the evening, and each turn's sound at the microphone of whoever speaks."""

    def __init__(self, store: Database, settings: Settings) -> None:
        with opened(FOLDER / "meeting.opus") as container:
            pieces = list(Reading(container).sound())
        self.sound = np.zeros(pieces[-1][0] + len(pieces[-1][1]), np.float32)
        for place, samples in pieces:
            self.sound[place : place + len(samples)] = samples
        self.channels: dict[str, int] = {}
        self.meeting_id: str = store.write_now(self._record)
        folder = parts.folder(settings) / self.meeting_id
        folder.mkdir(parents=True)
        for turn in TURNS:
            self._lay(folder, turn)

    def _record(self, db: Session) -> str:
        with clock.set_to(EPOCH - timedelta(minutes=5)):
            meeting = make.meeting(db, make.body(db), state="published", carries_sound=True)
            items = {n: make.item(db, meeting, f"Item {n}", place=n) for n in self._items()}
            for turn in TURNS:
                self._seat(db, meeting, turn)
        with clock.set_to(EPOCH):
            actions.open_meeting(db, meeting, by=SYSTEM)
        item = 0
        for turn in TURNS:
            if turn["item"] != item:
                item = turn["item"]
                with clock.set_to(at(turn["start_ms"])):
                    actions.call_item(db, meeting, items[item], by=SYSTEM)
            if turn["role"] == "public":
                self._has_floor(db, meeting, turn)
        with clock.set_to(at(LAST_MS)):
            actions.adjourn_meeting(db, meeting, by=SYSTEM)
        return meeting.id

    def _items(self) -> list[int]:
        return sorted({turn["item"] for turn in TURNS})

    def _seat(self, db: Session, meeting: Meeting, turn: dict[str, Any]) -> None:
        who, kind = turn["speaker"], KINDS.get(turn["role"])
        if kind and who not in self.channels:
            self.channels[who] = make_place(db, meeting, kind, by=SYSTEM, name=who)[0].channel

    def _has_floor(self, db: Session, meeting: Meeting, turn: dict[str, Any]) -> None:
        """Their clock runs late, as a clerk's hand does."""
        with clock.set_to(at(turn["start_ms"] - 800)):
            person = make.participant(db, meeting, turn["speaker"])
            request = join_queue(db, meeting, None, person, by=SYSTEM, mode="remote")
            call_next(db, meeting, request, by=SYSTEM)
        with clock.set_to(at(turn["start_ms"] + 2500)):
            start_turn(db, request, by=SYSTEM)
        with clock.set_to(at(turn["end_ms"] + 300)):
            end_turn(db, meeting, request, by=SYSTEM)

    def _lay(self, folder: Path, turn: dict[str, Any]) -> None:
        """Its parts are never silent, and begin on its first sound."""
        channel = self.channels.get(turn["speaker"], FLOOR_CHANNEL)
        file = OggFile(parts.path_of(folder, channel, clock.ms(EPOCH) + turn["start_ms"]))
        first, last = (turn[edge] * RATE // 1000 for edge in ("start_ms", "end_ms"))
        for payload in packets(self.sound[first:last]):
            file.write(payload, 60)
        file.end()


@pytest.mark.model
def test_every_word_is_under_the_right_name_and_on_the_right_item(
    store: Database, settings: Settings
) -> None:
    spoken = Spoken(store, settings)
    assert spoken.channels["Ruth Calloway"] == CHAIR_CHANNEL
    with clock.set_to(at(LAST_MS) + timedelta(minutes=1)):
        Joining(store, settings, lambda meeting: True).join_if_over(
            parts.folder(settings) / spoken.meeting_id
        )
    hear = Recogniser("base").hear
    while take_next(store, settings, "worker", hear=hear, until=Event(), course_of=course_of):
        pass

    def read(db: Session) -> tuple[Counter[str], Counter[str]]:
        recording = db.query(Recording).filter_by(meeting_id=spoken.meeting_id).one()
        start_ms = clock.ms(recording.starts_at or EPOCH) - clock.ms(EPOCH)
        lines = queries.lines_of(db, recording.id)
        items = items_of_lines(db, lines, {recording.id: recording})
        names, on = Counter[str](), Counter[str]()
        for line in lines:
            for begin, end, *_ in line.words:
                turn = turn_at(start_ms + (begin + end) // 2)
                name = line.speaker.public_name if line.speaker else ""
                names[f"{turn['speaker']} as {name}" if name != turn["speaker"] else "right"] += 1
                item = items[line.id].number if line.id in items else ""
                on[f"{turn['item']} as {item}" if item != str(turn["item"]) else "right"] += 1
        return names, on

    names, on = store.read_now(read)
    assert (set(names), set(on)) == ({"right"}, {"right"}), (names, on)
    assert names["right"] > 400


def turn_at(ms: int) -> dict[str, Any]:
    """Whose it is by the sound itself: the turn whose edges are nearest."""
    middles = [(one["end_ms"] + other["start_ms"]) // 2 for one, other in pairwise(TURNS)]
    found: dict[str, Any] = TURNS[bisect_right(middles, ms)]
    return found
