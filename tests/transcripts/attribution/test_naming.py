"""The page of those who speak: named once, named everywhere; two made one stay one."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import record
from meetings.models import Meeting
from tests import make
from tests.make import Cast, kinds
from tests.transcripts.attribution.stage import Stage, said, shown
from transcripts import queries
from transcripts.attribution.actions import join_speakers, name_speaker
from transcripts.attribution.models import DAIS, Speaker
from transcripts.attribution.naming import speakers, spoken
from transcripts.attribution.relabelling import reattribute
from transcripts.models import Recording

BY = "account:clerk"
VOICES = [[0, 5000, 1], [6000, 9000, 2], [10_000, 15_000, 3]]
HEARD = (said(0, "One two."), said(6500, "Three."), said(11_000, "Four."))


def by_ear(db: Session) -> Stage:
    stage = Stage(db, "Ana")
    stage.recording.voices = VOICES
    stage.written(None, *HEARD)
    return stage


def lines(stage: Stage) -> list[tuple[str, str]]:
    stage.db.expire_all()
    return shown(queries.lines_of(stage.db, stage.recording.id))


def test_a_name_stands_everywhere_at_once(db: Session) -> None:
    stage = by_ear(db)
    before = queries.text_versions(db, [stage.recording.id])
    first = speakers(db, stage.meeting.id)[0]
    name_speaker(db, first, "Ana Ruiz", by=BY)
    assert lines(stage) == [("Ana Ruiz", "One two."), ("Speaker 2", "Three."), ("Speaker 3", "Four.")]
    assert queries.text_versions(db, [stage.recording.id]) != before
    entry = record.of_kinds(db, [stage.meeting.id], ["speaker.named"])[-1]
    assert entry.facts == {"speaker": first.id, "name": record.sealed(first.salt, "Ana Ruiz")}


def test_the_name_stays_with_the_voice_when_it_is_written_down_anew(db: Session) -> None:
    stage = by_ear(db)
    name_speaker(db, speakers(db, stage.meeting.id)[1], "Ben", by=BY)
    old = queries.lines_of(db, stage.recording.id)
    stage.recording.voices = [[0, 5000, 3], [6000, 9000, 1], [10_000, 15_000, 2]]
    made = stage.written(None, *HEARD)
    for line in old:
        db.delete(line)
    assert shown(made) == [("Speaker 1", "One two."), ("Ben", "Three."), ("Speaker 3", "Four.")]


def test_two_that_were_made_one_stay_one(db: Session) -> None:
    stage = by_ear(db)
    first, _, third = speakers(db, stage.meeting.id)
    join_speakers(db, third, first, by=BY)
    assert [name for name, _ in lines(stage)] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    reattribute(db, stage.recording, None, by=BY)
    assert [name for name, _ in lines(stage)] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert len(speakers(db, stage.meeting.id)) == 2
    assert kinds(db, stage.meeting.id).count("speaker.joined") == 1


def test_a_voice_that_is_somebodys_who_had_the_floor_stays_theirs(db: Session) -> None:
    """They speak from the dais, too; the record alone does not know."""
    stage = Stage(db, "Ana")
    stage.keeps_time()
    stage.recording.voices = [[0, 9000, 1], [20_000, 50_000, 2]]
    course = stage.course((20, 53, 0))
    stage.written(course, said(1000, "Welcome."), said(30_000, " ".join(["so"] * 9)))
    assert [name for name, _ in lines(stage)] == ["Dais, voice 1", "Ana"]
    dais, ana = (each for each in sorted(speakers(db, stage.meeting.id), key=lambda each: each.kind))
    join_speakers(db, dais, ana, by=BY)
    reattribute(db, stage.recording, course, by=BY)
    assert [name for name, _ in lines(stage)] == ["Ana", "Ana"]


def test_somebody_who_came_twice_is_one_whatever_the_record_says(db: Session) -> None:
    stage = Stage(db, "Ana", "Ana Ruiz")
    stage.keeps_time()
    course = stage.course((10, 40, 0), (50, 80, 1))
    stage.written(course, said(20_000, "Hello."), said(60_000, "Again."))
    one, other = (queries.lines_of(db, stage.recording.id)[n].speaker for n in (0, 1))
    assert one and other
    join_speakers(db, one, other, by=BY)
    reattribute(db, stage.recording, course, by=BY)
    assert [name for name, _ in lines(stage)] == ["Ana Ruiz", "Ana Ruiz"]


def test_what_one_says_is_added_up_over_all_recordings(db: Session) -> None:
    stage = by_ear(db)
    first = speakers(db, stage.meeting.id)[0]
    told = spoken(db, stage.meeting.id)[first.id]
    assert (told.ms, told.lines, told.sample.text) == (800, 1, "One two.")


def url(cast: Cast, end: str = "") -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/speakers{end}"


@pytest.fixture
def heard(cast: Cast) -> dict[str, Any]:
    """Two voices and the dais in a recording of the open meeting; their ids, and that of the recording."""

    def work(db: Session) -> dict[str, Any]:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        made = make.transcript(db, meeting, "Good evening.", "Hello.", "Thank you.")
        one, two = make.speaker(db, meeting), make.speaker(db, meeting, number=2)
        dais = make.speaker(db, meeting, kind=DAIS, number=0)
        for line, speaker in zip(queries.lines_of(db, made.id), (one, two, dais), strict=True):
            line.speaker = speaker
        return {"one": one.id, "two": two.id, "dais": dais.id, "recording": made.id}

    return cast.db.write_now(work)


def test_the_page_lists_who_has_no_name_first_and_offers_names(cast: Cast, heard: dict[str, Any]) -> None:
    cast.db.write_now(lambda db: make.council(db, db.get_one(Meeting, cast.city.meeting.id).body, "Ana Ruiz"))
    clerk = cast.clerk
    make.send(clerk, url(cast))
    answer = clerk.post(url(cast, f"/{heard['one']}/name"), data={"key": "n", "name": "Mayor Ruiz"})
    assert answer.status_code == 303
    page = clerk.get(url(cast)).text
    places = [page.index(f'id="speaker-{heard[each]}"') for each in ("two", "dais", "one")]
    assert places == sorted(places)
    assert '<option value="Ana Ruiz">' in page
    assert f"/recordings/{heard['recording']}/media#t=0.0,0.2" in page
    public = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    assert "<bdi>Mayor Ruiz</bdi>" in public


def test_a_name_that_is_too_long_is_said_beside_its_field(cast: Cast, heard: dict[str, Any]) -> None:
    answer = cast.clerk.post(url(cast, f"/{heard['one']}/name"), data={"key": "n", "name": "x" * 81})
    assert (answer.status_code, f'id="f-{heard["one"]}-name-error"' in answer.text) == (422, True)
    assert f'value="{"x" * 81}"' in answer.text


def test_the_dais_as_a_whole_gets_no_name(cast: Cast, heard: dict[str, Any]) -> None:
    clerk = cast.clerk
    assert (
        clerk.post(url(cast, f"/{heard['dais']}/name"), data={"key": "n", "name": "Ana"}).status_code == 409
    )
    answer = clerk.post(url(cast, f"/{heard['one']}/joining"), data={"key": "j", "other": heard["dais"]})
    assert answer.status_code == 422
    assert cast.read(lambda db: [each.name for each in db.query(Speaker)]) == ["", "", ""]


def test_two_are_made_one(cast: Cast, heard: dict[str, Any]) -> None:
    answer = cast.clerk.post(url(cast, f"/{heard['two']}/joining"), data={"key": "j", "other": heard["one"]})
    assert answer.status_code == 303
    found = cast.read(lambda db: queries.lines_of(db, heard["recording"]))
    assert [line.speaker_id for line in found] == [heard["one"], heard["one"], heard["dais"]]
    assert f'id="speaker-{heard["two"]}"' not in cast.clerk.get(url(cast)).text


def test_a_speaker_of_another_meeting_is_not_there(cast: Cast, heard: dict[str, Any]) -> None:
    wrong = f"/clerk/meetings/{cast.city.draft.id}/speakers/{heard['one']}/name"
    assert cast.clerk.post(wrong, data={"key": "n", "name": "Ana"}).status_code == 404


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_costs_the_same_for_any_number_of_speakers(
    cast: Cast, heard: dict[str, Any], more: int
) -> None:
    def work(db: Session) -> None:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        made = db.get_one(Recording, heard["recording"])
        for n in range(more):
            line = queries.lines_of(db, made.id)[0]
            line.speaker = make.speaker(db, meeting, number=5 + n)
            db.flush()

    cast.db.write_now(work)
    assert make.queries_for(cast, cast.clerk, url(cast)) == 8
