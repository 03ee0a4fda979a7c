"""An open page while the clerk withholds a part: the player goes on with what everybody may hear now."""

import pytest
from sqlalchemy.orm import Session

from engage.db import Database
from meetings.models import Meeting
from tests import make
from tests.browser.conftest import House, Windows
from tests.make import wait_for
from transcripts import rules
from transcripts.actions import unpublish_recording
from transcripts.models import Recording
from transcripts.withholding.actions import withhold_span
from transcripts.withholding.clearing import clear_next

pytestmark = pytest.mark.browser
CAPTIONS = "[...(document.querySelector('track').track.cues ?? [])].some((cue) => /bluebird/.test(cue.text))"


def clear(house: House) -> None:
    """As the worker does, beside the server."""
    store = Database(house.settings.database)
    clear_next(store, house.settings)
    store.close()


def test_an_open_page_loses_a_withheld_part_and_then_the_recording(house: House, windows: Windows) -> None:
    def add(db: Session) -> str:
        of = db.get_one(Meeting, house.city.meeting.id)
        texts = "Good evening.", "The bluebird nests here.", "Thank you."
        return make.transcript(db, of, *texts, kind="audio/wav", duration_ms=8000).id

    made: str = house.write(add)
    make.sound_file(rules.file_of(house.settings, made), 8)
    page = windows.open()
    player, lines = page.locator("#player"), page.locator("#lines")
    assert player.get_attribute("src") == f"/recordings/{made}/media"
    wait_for(lambda: page.evaluate(CAPTIONS), 10)
    player.evaluate("player => { player.currentTime = 5; }")

    def withhold(db: Session) -> None:
        recording = db.get_one(Recording, made)
        withhold_span(db, recording, 3000, 3400, reason="minor", note="", by="account:a")

    house.write(withhold)
    wait_for(lambda: player.get_attribute("src") is None, 10)
    wait_for(lambda: "Concerns a child" in lines.inner_text(), 10)
    assert "bluebird" not in page.content()
    wait_for(lambda: not page.evaluate(CAPTIONS), 10)
    clear(house)
    wait_for(lambda: (player.get_attribute("src") or "").startswith(f"/recordings/{made}/media?v="), 10)
    wait_for(lambda: player.evaluate("player => player.currentTime") == 5, 10)
    house.write(lambda db: unpublish_recording(db, db.get_one(Recording, made), by="account:a"))
    wait_for(lambda: player.get_attribute("src") is None and lines.inner_text().strip() == "", 10)
    assert windows.complaints == []
