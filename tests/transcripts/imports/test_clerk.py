"""The page on which a clerk reads in a transcript: without scripts, with what is wrong beside its field."""

from typing import Any

from sqlalchemy.orm import Session

from tests import make
from tests.make import Cast
from transcripts import queries
from transcripts.models import Line, Recording

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAna Ruiz: Good evening.\n"


def recorded(cast: Cast, *, is_done: bool = True) -> str:
    def work(db: Session) -> Recording:
        meeting = db.merge(cast.city.meeting)
        return make.transcript(db, meeting, "Heard before.") if is_done else make.recording(db, meeting)

    made: Recording = cast.db.write_now(work)
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings/{made.id}/import"


def send(cast: Cast, where: str, data: bytes, *, name: str = "council.srt", **fields: str) -> Any:
    return cast.clerk.post(where, data={"language": "en", **fields}, files={"file": (name, data)})


def lines(cast: Cast, where: str) -> list[Line]:
    found: list[Line] = cast.read(lambda db: queries.lines_of(db, where.split("/")[5]))
    return found


def test_a_plain_form_reads_it_in(cast: Cast) -> None:
    where = recorded(cast)
    page = cast.clerk.get(where).text
    assert ("Read in a transcript" in page, "The 1 line of the present transcript gives way." in page) == (
        True,
        True,
    )
    answer = send(cast, where, SRT, names_first="yes", language="es")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        where.removesuffix("/import").replace("recordings/", "recordings#recording-"),
    )
    assert [(line.text, line.speaker and line.speaker.name) for line in lines(cast, where)] == [
        ("Good evening.", "Ana Ruiz")
    ]


def test_what_is_wrong_stands_beside_its_field_and_nothing_changes(cast: Cast) -> None:
    where = recorded(cast)
    answer = send(
        cast, where, b"1\n00:00:01,000 -> 00:00:02,000\n<script>\n-->", names_first="yes", language="es"
    )
    assert answer.status_code == 422
    wanted = (
        'id="f-file-error"',
        'value="es" selected',
        'name="names_first" value="yes" checked',
        "Line 2: here should be two times",
    )
    assert [each in answer.text for each in wanted] == [True] * 4
    assert [line.text for line in lines(cast, where)] == ["Heard before."]


def test_words_beyond_the_recording_a_missing_file_and_too_much_are_told(cast: Cast) -> None:
    where = recorded(cast)
    late = send(cast, where, SRT.replace(b"00:00:0", b"09:00:0"))
    assert (late.status_code, "Perhaps this belongs to another recording." in late.text) == (422, True)
    none = send(cast, where, b"", name="")
    assert (none.status_code, "Please choose a file." in none.text) == (422, True)
    large = send(cast, where, b"x" * ((20 << 20) + 1))
    assert (large.status_code, "A transcript can have up to 20 MB." in large.text) == (422, True)
    broken = cast.clerk.post(
        where, content=b"--b\r\n", headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert (broken.status_code, "did not arrive completely" in broken.text) == (422, True)
    assert [line.text for line in lines(cast, where)] == ["Heard before."]


def test_while_it_is_written_down_the_page_says_so_and_takes_nothing(cast: Cast) -> None:
    where = recorded(cast, is_done=False)
    page = cast.clerk.get(where).text
    assert ("Please wait for its end" in page, 'type="file"' in page) == (True, False)
    answer = send(cast, where, SRT)
    assert (answer.status_code, "Please wait for its end" in answer.text) == (409, True)


def test_another_bodys_clerk_and_another_meeting_find_nothing(cast: Cast) -> None:
    where = recorded(cast)
    elsewhere = where.replace(cast.city.meeting.id, cast.city.draft.id)
    stranger = cast.signed_in("stranger")
    answers = [
        stranger.get(where),
        stranger.post(where),
        cast.clerk.get(elsewhere),
        cast.clerk.post(elsewhere),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
