"""Words are taken from the public while they are live captions, and of the recording when there is one."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from meetings.floor.models import Caption
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM, Cast
from transcripts.captioning.actions import keep_captions
from transcripts.captioning.clerk import SHOWN
from transcripts.captioning.pieces import Ear
from transcripts.captioning.said import Said
from transcripts.models import Recording
from transcripts.sentences import Word
from transcripts.withholding.actions import ROUGHLY_MS, withhold_span
from transcripts.withholding.queries import spans_of

S = timedelta(seconds=1)
TOLD = "Withheld from the public."


def change(cast: Cast, work: Callable[[Session, Meeting], Any]) -> Any:
    return cast.db.write_now(lambda db: work(db, db.get_one(Meeting, cast.city.meeting.id)))


def say(cast: Cast, *texts: str, meeting_id: str = "", begins: int = 0) -> list[str]:
    """One second each; their ids."""

    def work(db: Session, meeting: Meeting) -> list[str]:
        meeting.carries_sound = True
        made = [
            Caption(
                meeting_id=meeting_id or meeting.id, channel=0, text=text, language="en",
                start_at=EPOCH + n * S, end_at=EPOCH + (n + 1) * S,
            )
            for n, text in enumerate(texts, begins)
        ]  # fmt: skip
        db.add_all(made)
        db.flush()
        return [each.id for each in made]

    ids: list[str] = change(cast, work)
    return ids


def at(cast: Cast) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/captions/withholding"


def post(cast: Cast, **fields: Any) -> Any:
    return cast.clerk.post(at(cast), data={"key": "k"} | fields)


def page(cast: Cast, path: str = "") -> str:
    text: str = cast.resident().get(f"/meetings/{cast.city.meeting.id}{path}").text
    return text


def test_chosen_lines_go_at_once_and_everybody_sees_that(cast: Cast) -> None:
    ids = say(cast, "Good evening.", "She lives at 12 Elm Street.", "Thank you.")
    assert all("Elm Street" in page(cast, path) for path in ("", "/captions"))
    url = f"/meetings/{cast.city.meeting.id}/live"
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        before = socket.receive_text()
        assert post(cast, caption=ids[1], reason="privacy").status_code == 303
        while TOLD not in (after := json.loads(socket.receive_text())["content"]):
            pass
    assert "Elm Street" in before and "Elm Street" not in after and "Thank you." in after
    assert f'data-withheld="{ids[1]}"' in after
    for path in ("", "/captions"):
        shown = page(cast, path)
        assert ("Elm Street" in shown, TOLD in shown, "Good evening." in shown) == (False, True, True)
    assert cast.read(lambda db: db.get_one(Caption, ids[1]).text) == ""
    (entry,) = cast.read(lambda db: record.of_kinds(db, [cast.city.meeting.id], ["captions.withheld"]))
    spans = [[clock.text(EPOCH + S), clock.text(EPOCH + 2 * S)]]
    assert (entry.facts["spans"], entry.facts["reason"]) == (spans, "privacy")
    assert "Elm" not in entry.data


def test_the_clerk_sees_the_newest_first_and_what_is_withheld(cast: Cast) -> None:
    ids = say(cast, *(f"Sentence {n:03}." for n in range(SHOWN + 2)))
    post(cast, caption=ids[-1], reason="other")
    shown = cast.clerk.get(at(cast)).text
    assert shown.index(TOLD) < shown.index(f"Sentence {SHOWN:03}.") < shown.index("Sentence 002.")
    assert ("Sentence 001." in shown, ids[-1] in shown) == (False, False)
    earlier = shown.split('href="?before=', 1)[1].split('"', 1)[0]
    shown = cast.clerk.get(f"{at(cast)}?before={earlier}").text
    assert "Sentence 001." in shown and 'href="?before=' not in shown
    assert cast.clerk.get(f"{at(cast)}?before=soon").status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": "privacy"}, "Please choose at least one line."),
        ({"caption": "chosen"}, "Please choose one of the answers."),
        ({"caption": "chosen", "reason": "mood"}, "Please choose one of the answers."),
    ],
)
def test_what_is_missing_is_told_and_what_was_chosen_stays(
    cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    ids = say(cast, "Good evening.", "Thank you.")
    answer = post(cast, **{name: ids[0] if name == "caption" else value for name, value in fields.items()})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert answer.text.count(" checked") == len(fields) - ("mood" in fields.values())
    assert page(cast).count(TOLD) == 0


def test_lines_of_another_meeting_are_not_touched(cast: Cast) -> None:
    (other,) = say(cast, "Elsewhere.", meeting_id=cast.city.draft.id)
    say(cast, "Here.")
    assert post(cast, caption=other, reason="other").status_code == 303
    assert cast.read(lambda db: db.get_one(Caption, other).text) == "Elsewhere."
    assert "captions.withheld" not in cast.read(lambda db: make.kinds(db, cast.city.meeting.id))


@pytest.mark.parametrize("is_withheld", [True, False])
def test_what_is_withheld_while_it_is_still_said_does_not_come_back(cast: Cast, is_withheld: bool) -> None:
    """False is the control."""
    ear = Ear(0, "")
    meeting_id = cast.city.meeting.id

    def said(text: str) -> Said:
        return Said((Word(clock.ms(EPOCH), clock.ms(EPOCH + S), text, 0.9),), "en")

    def keep(final: Said | None, rest: Said | None) -> None:
        ear.caption = cast.db.write_now(lambda db: keep_captions(db, meeting_id, ear, final, rest))

    def shown() -> list[str]:
        return cast.read(lambda db: list(db.scalars(select(Caption.text))))

    keep(None, said("She lives"))
    if is_withheld:
        post(cast, caption=ear.caption, reason="privacy")
    keep(None, said("She lives at 12 Elm Street"))
    assert shown() == ["" if is_withheld else "She lives at 12 Elm Street"]
    keep(said("She lives at 12 Elm Street."), None)
    assert shown() == ["" if is_withheld else "She lives at 12 Elm Street."]
    assert ear.caption == ""


def own_recording(cast: Cast, *, is_own: bool = True) -> str:
    """It begins two seconds before the first caption."""

    def work(db: Session, meeting: Meeting) -> str:
        made = make.recording(db, meeting)
        made.starts_at, made.clock_from = EPOCH - 2 * S, "record" if is_own else "clerk"
        return made.id

    made: str = change(cast, work)
    return made


def spans(cast: Cast, recording_id: str) -> list[tuple[int, int, str]]:
    found = cast.read(lambda db: spans_of(db, recording_id))
    return [(each.start_ms, each.end_ms, each.reason) for each in found]


@pytest.mark.parametrize("is_own", [True, False])
def test_the_meetings_own_recording_is_withheld_there_too(cast: Cast, is_own: bool) -> None:
    ids = say(cast, "Good evening.", "She lives at 12 Elm Street.")
    recording_id = own_recording(cast, is_own=is_own)
    post(cast, caption=ids[1], reason="minor")
    around = (3000 - ROUGHLY_MS, 4000 + ROUGHLY_MS, "minor")
    assert spans(cast, recording_id) == ([around] if is_own else [])
    assert cast.read(lambda db: db.get_one(Caption, ids[0]).text) == "Good evening.", "beside what was chosen"


@pytest.mark.parametrize("is_own", [True, False])
def test_a_span_that_is_withheld_of_it_takes_its_captions_along(cast: Cast, is_own: bool) -> None:
    say(cast, "One.", "Two.", "Three.", "Four.")
    recording_id = own_recording(cast, is_own=is_own)

    def withhold(db: Session, meeting: Meeting) -> None:
        made = db.get_one(Recording, recording_id)
        withhold_span(db, made, 3500, 4500, reason="other", note="", by=SYSTEM)

    change(cast, withhold)
    texts = cast.read(lambda db: list(db.scalars(select(Caption.text).order_by(Caption.start_at))))
    assert texts == (["One.", "", "", "Four."] if is_own else ["One.", "Two.", "Three.", "Four."])
    assert page(cast).count(TOLD) == (3 if is_own else 0)  # two lines, and what the page says of older ones
