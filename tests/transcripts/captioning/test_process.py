"""`engage captions` as a process: it finds the meeting by itself, captions it, and ends when it is told."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock
from engage.db import Database
from engage.settings import Settings
from meetings.floor.actions import make_place
from meetings.floor.models import Caption
from meetings.models import Meeting
from tests.make import SYSTEM, City, wait_for
from tests.transcripts.captioning.spoken import Part
from tests.transcripts.captioning.test_captioner import SPEECH

pytestmark = [pytest.mark.process, pytest.mark.model]
LAST_WORDS = SPEECH[-140:]
"""8.4 seconds."""


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"ENGAGE_DATA": str(settings.data)}
    return subprocess.Popen([sys.executable, "-m", "engage", "captions"], env=environment)


def test_a_meeting_is_captioned_by_a_process_of_its_own(
    store: Database, settings: Settings, city: City
) -> None:
    def open_sound(db: Session) -> str:
        meeting = db.get_one(Meeting, city.meeting.id)
        meeting.carries_sound = True
        return make_place(db, meeting, "chair", by=SYSTEM)[0].person

    chair = store.write_now(open_sound)

    def texts() -> list[str]:
        wanted = select(Caption).where(Caption.is_final, Caption.person == chair, Caption.channel == 0)
        rows = store.read_now(lambda db: db.scalars(wanted.order_by(Caption.start_at)).all())
        return [row.text for row in rows if row.language == "en"]

    process = start(settings)
    try:
        wait_for(lambda: (settings.run / "clock").exists())
        part = Part(
            settings.data / "floor" / city.meeting.id, 0, clock.ms(clock.now()) - 60 * len(LAST_WORDS)
        )
        part.say(LAST_WORDS)
        said = " ".join(wait_for(texts)).lower()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert any(words in said for words in ("council", "chamber", "thank you", "clerk"))
