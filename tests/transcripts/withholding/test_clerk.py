"""The clerk's page of withheld spans."""

from html import unescape
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.settings import Settings
from tests import make
from tests.make import Cast, kinds
from transcripts.models import Recording
from transcripts.rules import file_of
from transcripts.withholding import actions
from transcripts.withholding.clearing import clear_next
from transcripts.withholding.models import WithheldSpan
from transcripts.withholding.rules import GIVEN_UP

GOOD = {"start": "0:00:03", "end": "0:00:05.5", "reason": "privacy", "note": "The caller's address."}


@pytest.fixture
def made(cast: Cast, settings: Settings) -> Recording:
    def add(db: Session) -> Recording:
        texts = "Good evening.", "The bluebird nests here.", "Thank you."
        return make.transcript(db, cast.city.meeting, *texts, kind="audio/wav", duration_ms=8000)

    found: Recording = cast.db.write_now(add)
    make.sound_file(file_of(settings, found.id), 8)
    return found


def at(cast: Cast, made: Recording) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings/{made.id}/withholding"


def send(cast: Cast, made: Recording, **fields: str) -> Any:
    return make.send(cast.clerk, at(cast, made), **GOOD | fields)


def spans(cast: Cast) -> list[WithheldSpan]:
    found: list[WithheldSpan] = cast.read(lambda db: db.query(WithheldSpan).all())
    return found


def text(cast: Cast, made: Recording) -> str:
    return unescape(cast.clerk.get(at(cast, made)).text)


def test_a_part_is_withheld_and_the_page_says_how_it_stands(
    cast: Cast, settings: Settings, made: Recording
) -> None:
    answer = send(cast, made)
    assert (answer.status_code, answer.headers["location"]) == (303, at(cast, made))
    (span,) = spans(cast)
    assert (span.start_ms, span.end_ms, span.reason, span.note) == (3000, 5500, "privacy", GOOD["note"])
    page = text(cast, made)
    for shown in ("0:00:03 to 0:00:05.500", "Personal data", GOOD["note"], "Withheld by clerk"):
        assert shown in page
    assert "The copy of the sound without these parts is being made." in page
    clear_next(cast.db, settings)
    assert "The public hears a copy in which these parts are silent." in text(cast, made)


def test_the_same_form_sent_twice_withholds_once(cast: Cast, made: Recording) -> None:
    clerk = cast.clerk
    key = clerk.get(at(cast, made)).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    for _ in range(2):
        assert clerk.post(at(cast, made), data=GOOD | {"key": key}).status_code == 303
    assert len(spans(cast)) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"start": "soon"}, "start", "Please give a time in the recording, such as 0:12:03."),
        ({"end": ""}, "end", "Please give a time in the recording, such as 0:12:03."),
        ({"start": "0:00:06"}, "end", "The end must be later than the begin."),
        ({"end": "0:00:03"}, "end", "The end must be later than the begin."),
        ({"end": "1:00:00"}, "end", "The recording ends at 0:08."),
        ({"reason": "none"}, "reason", "Please choose one of the answers."),
        ({"reason": ""}, "reason", "Please choose one of the answers."),
        ({"note": "x" * 501}, "note", "This is 501 characters long; at most 500 fit."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    cast: Cast, made: Recording, wrong: dict[str, str], field: str, told: str
) -> None:
    answer = send(cast, made, **wrong)
    page = unescape(answer.text)
    assert (answer.status_code, spans(cast)) == (422, [])
    assert told in page.split(f'id="f-{field}-error"', 1)[1][:200]
    for name, value in (GOOD | wrong).items():
        if name in ("start", "end"):
            assert f'name="{name}" type="text" value="{value}"' in page
    assert (GOOD | wrong)["note"] in page


def test_lines_of_the_editor_lead_here_with_their_times(cast: Cast, made: Recording) -> None:
    page = cast.clerk.get(f"{at(cast, made)}?from=3000&to=3400").text
    assert ('value="0:00:03"' in page, 'value="0:00:03.400"' in page) == (True, True)
    assert ("The bluebird nests here." in page, "Good evening." in page) == (True, False)
    assert f'src="/recordings/{made.id}/media#t=3.0,3.4"' in page


@pytest.mark.parametrize("query", ["?from=&to=", "?from=x&to=-1", "?from=9999999999&to=1", "?from=5&to=%00"])
def test_times_that_are_none_are_left_out(cast: Cast, made: Recording, query: str) -> None:
    page = cast.clerk.get(at(cast, made) + query)
    assert (page.status_code, "These lines go with it" in page.text) == (200, False)


def test_it_is_made_public_again_and_that_it_was_not_stays_there(cast: Cast, made: Recording) -> None:
    send(cast, made)
    (span,) = spans(cast)
    clerk, url = cast.clerk, f"{at(cast, made)}/{span.id}/lifting"
    assert clerk.post(url, data={"key": "1"}).headers["location"] == at(cast, made)
    assert clerk.post(url, data={"key": "2"}).status_code == 409
    page = text(cast, made)
    assert ("Withheld now" in page, "Public again since" in page) == (False, True)
    book = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert book[-2:] == ["span.withheld", "span.lifted"]


def test_after_it_was_given_up_it_is_tried_again(cast: Cast, settings: Settings, made: Recording) -> None:
    send(cast, made)
    clerk = cast.clerk
    assert clerk.post(f"{at(cast, made)}/copy", data={"key": "1"}).status_code == 409, "it is under way"
    cast.db.write_now(lambda db: actions.break_off_copy(db, made.id, setbacks=GIVEN_UP))
    assert "No copy of the sound without these parts could be made" in text(cast, made)
    assert clerk.post(f"{at(cast, made)}/copy", data={"key": "2"}).status_code == 303
    assert clear_next(cast.db, settings) is True


@pytest.mark.parametrize("path", ["", "/copy", "/{span}/lifting"])
def test_it_is_for_the_clerks_of_the_body_alone(cast: Cast, made: Recording, path: str) -> None:
    send(cast, made)
    url = at(cast, made) + path.format(span=spans(cast)[0].id)
    assert cast.signed_in("stranger").post(url, data=GOOD).status_code == 404
    assert cast.resident().post(url, data=GOOD).headers["location"].startswith("/sign-in")
    elsewhere = url.replace(cast.city.meeting.id, cast.city.draft.id)
    assert cast.clerk.post(elsewhere, data=GOOD).status_code == 404
    assert [(each.lifted_at, each.start_ms) for each in spans(cast)] == [(None, 3000)]


def test_the_span_of_another_recording_is_not_found_here(cast: Cast, made: Recording) -> None:
    send(cast, made)
    other = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting, sha256="cd"))
    url = f"{at(cast, other)}/{spans(cast)[0].id}/lifting"
    assert cast.clerk.post(url, data={"key": "1"}).status_code == 404


def test_the_list_says_what_is_withheld(cast: Cast, made: Recording) -> None:
    send(cast, made)
    page = unescape(cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/recordings").text)
    assert "1 part is withheld." in page
    assert f'href="{at(cast, made)}"' in page
