"""What Whisper makes of live sound: the words soon, in order and once; nothing where nobody speaks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from engage.db import Database
from meetings.floor.standing import Grant
from tests.benchmarks.sounds import SOUNDS
from tests.make import City
from tests.transcripts.captioning.spoken import Part
from tests.transcripts.captioning.test_captioner import NOW, SPEECH, START, Room
from transcripts import gate
from transcripts.audio import windows
from transcripts.captioning import hearing
from transcripts.captioning.hearing import Recogniser, model_for
from transcripts.pauses import RATE
from transcripts.weights import ModelMissing
from transcripts.whisper import is_here


@pytest.mark.parametrize(
    ("here", "language", "expected"),
    [({"tiny.en", "base"}, "en", "tiny.en"), ({"base"}, "en", "base"), ({"tiny.en", "base"}, "es", "base")],
)
def test_english_is_for_the_fast_model_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, here: set[str], language: str, expected: str
) -> None:
    monkeypatch.setattr(hearing, "is_here", here.__contains__)
    assert model_for(language) == expected


def test_without_a_model_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "is_here", {"tiny.en"}.__contains__)
    with pytest.raises(ModelMissing, match=r"^The speech model base is not installed\.$"):
        model_for("es")


MODELS = [each for each in ("tiny.en", "base") if is_here(each)]


@pytest.fixture(scope="module", params=MODELS)
def recogniser(request: pytest.FixtureRequest) -> Iterator[Recogniser]:
    yield Recogniser(request.param)


@pytest.fixture
def room(store: Database, city: City, tmp_path: Path, recogniser: Recogniser) -> Iterator[Room]:
    made = Room(store, city, tmp_path / "parts")
    made.captioner.hear = recogniser.hear
    made.grants = (Grant(1, "participant:p", 1),)
    yield made
    made.captioner.parts.close()


@pytest.mark.model
def test_the_demo_is_captioned_while_it_is_said(room: Room) -> None:
    part, shown = Part(room.folder, 1, START), list[float]()
    for n in range(0, len(SPEECH), 5):
        part.say(SPEECH[n : n + 5])
        now = 0.06 * (n + 5)
        room.turn(now)
        if rows := room.rows():
            shown.append(now - (rows[-1].end_at - NOW) / timedelta(seconds=1))
    room.turn(0.06 * len(SPEECH) + 2)
    rows = room.rows()
    text = " ".join(row.text for row in rows).lower()
    said = (
        "good evening",
        "welcome",
        "regular meeting",
        "to order",
        "thank you for joining us",
        "clerk",
    )
    assert [text.count(each) for each in said] == [1] * len(said)
    places = [text.index(each) for each in said]
    assert places == sorted(places)
    assert [row.is_final for row in rows] == [True] * len(rows)
    assert max(shown) < 4  # seconds of sound that no caption reaches yet, pauses among them


@pytest.mark.model
@pytest.mark.parametrize("name", SOUNDS)
def test_nothing_is_invented_where_nobody_speaks(name: str, recogniser: Recogniser) -> None:
    """Six seconds at a time, as live sound comes."""
    sound, words = SOUNDS[name](18), list[str]()
    for start in range(0, len(sound), 6 * RATE):
        piece = sound[start : start + 6 * RATE]
        if pieces := gate.speech(piece):
            said = recogniser.hear(piece, pieces, start_ms=0, language="en")
            words += [word.text for word in said.words]
    assert words == []


@pytest.mark.model
def test_spanish_is_told_where_the_model_knows_it() -> None:
    speech = Path(__file__).parents[4] / "shared" / "speech" / "bilingual.opus"
    if not speech.is_file():
        return
    samples = np.concatenate([each.samples for each in windows(speech)])
    base = Recogniser("base")
    languages = []
    for start in range(28, 60, 8):
        piece = samples[start * RATE : (start + 8) * RATE]
        languages.append(base.hear(piece, gate.speech(piece), start_ms=0, language="en").language)
    assert set(languages) == {"en", "es"}
