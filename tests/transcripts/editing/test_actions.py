"""Corrections, speakers, reviews and certification: rows, entries, and what is refused."""

import pytest
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from tests import make
from tests.make import kinds
from transcripts import queries
from transcripts.actions import queue_transcription
from transcripts.editing.actions import (
    Conflict,
    bring_back_line,
    certify_transcript,
    correct_line,
    review_all,
    speaker_named,
    withdraw_certification,
)
from transcripts.editing.queries import progress
from transcripts.models import Line, Recording

BY = "account:abc"


def read_out(db: Session, *texts: str) -> tuple[Recording, list[Line]]:
    meeting = make.meeting(db, make.body(db))
    made = make.transcript(db, meeting, *(texts or ("We voted four to two.", "Thank you.")))
    return made, queries.lines_of(db, made.id)


def last_facts(db: Session, book: str, kind: str = "line.edited") -> dict[str, object]:
    return record.of_kinds(db, [book], [kind])[-1].facts


def test_a_correction_keeps_what_was_said_before_and_the_times_of_its_words(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "We voted five to two.", version=1, by=BY)
    correct_line(db, made, lines[0], "We voted five to one.", version=2, by="account:xyz")
    assert (lines[0].text, lines[0].version) == ("We voted five to one.", 3)
    assert (lines[0].heard, lines[0].is_corrected) == ("We voted four to two.", True)
    assert [(each.n, each.before[0]["text"], each.by) for each in queries.edits_of(db, lines[0].id)] == [
        (2, "We voted five to two.", "account:xyz"),
        (1, "We voted four to two.", BY),
    ]
    assert [word[:2] for word in lines[0].words] == [[n * 100, n * 100 + 100] for n in range(5)]
    assert last_facts(db, made.meeting_id) == {
        "recording": made.id,
        "line": lines[0].id,
        "n": 2,
        "edit": "text",
        "version": 3,
        "text": record.sealed(lines[0].salt, "We voted five to one."),
    }


def test_the_second_of_two_clerks_overwrites_nothing(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "Mine.", version=1, by=BY)
    with pytest.raises(Conflict):
        correct_line(db, made, lines[0], "Yours.", version=1, by=BY)
    assert (lines[0].text, len(queries.edits_of(db, lines[0].id))) == ("Mine.", 1)


def test_two_clerks_who_say_the_same_do_not_collide(db: Session) -> None:
    made, lines = read_out(db)
    for _ in range(2):
        correct_line(db, made, lines[0], "The same.", version=1, by=BY)
    assert lines[0].version == 2
    assert kinds(db, made.meeting_id).count("line.edited") == 1


def test_what_was_read_and_found_right_is_reviewed_and_collides_with_nothing(db: Session) -> None:
    made, lines = read_out(db)
    for _ in range(2):
        correct_line(db, made, lines[0], lines[0].text, version=1, by=BY)
    assert (lines[0].version, lines[0].is_corrected, progress(db, made.id)) == (1, False, (1, 2))
    assert last_facts(db, made.meeting_id)["edit"] == "review"
    correct_line(db, made, lines[0], "Otherwise.", version=1, by="account:xyz")
    assert lines[0].text == "Otherwise."


def test_text_and_speaker_are_one_edit(db: Session) -> None:
    made, lines = read_out(db)
    ana = speaker_named(db, made.meeting_id, "Ana Ruiz")
    correct_line(db, made, lines[0], "We voted.", version=1, by=BY, speaker=ana)
    assert (lines[0].speaker, lines[0].speaker_id, lines[0].is_named) == (ana, ana.id, True)
    facts = last_facts(db, made.meeting_id)
    assert (facts["edit"], facts["n"], facts["speaker"]) == ("text", 1, ana.id)
    assert "Ana" not in str(facts)
    correct_line(db, made, lines[0], "We voted.", version=2, by=BY, speaker=None)
    assert (lines[0].speaker_id, lines[0].is_named, last_facts(db, made.meeting_id)["edit"]) == (
        None,
        True,
        "speaker",
    )


def test_a_name_is_given_to_one_speaker_of_a_meeting(db: Session) -> None:
    made, _ = read_out(db)
    one = speaker_named(db, made.meeting_id, "Ana Ruiz")
    assert (speaker_named(db, made.meeting_id, "ana ruiz"), one.kind) == (one, "person")


def test_an_emptied_line_is_read_by_nobody_and_brought_back_with_its_times(db: Session) -> None:
    made, lines = read_out(db)
    words = lines[1].words
    correct_line(db, made, lines[1], "", version=1, by=BY)
    assert [line.text for line in queries.public_lines(db, made.id)] == ["We voted four to two."]
    bring_back_line(db, made, lines[1], version=2, by=BY)
    assert (lines[1].text, [word[:2] for word in lines[1].words]) == ("Thank you.", [w[:2] for w in words])
    assert (lines[1].is_corrected, len(queries.public_lines(db, made.id))) == (False, 2)
    with pytest.raises(Refused):
        bring_back_line(db, made, lines[1], version=3, by=BY)


def test_a_text_typed_into_an_emptied_line_keeps_the_times_that_it_had(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[1], "", version=1, by=BY)
    correct_line(db, made, lines[1], "Thank you all.", version=2, by=BY)
    assert [word[0] for word in lines[1].words][:2] == [3000, 3100]


def test_all_lines_are_reviewed_by_one_edit_that_leaves_out_those_that_were(db: Session) -> None:
    made, lines = read_out(db, "One.", "Two.", "Three.")
    correct_line(db, made, lines[1], "Zwei.", version=1, by=BY)
    review_all(db, made, by=BY)
    assert (progress(db, made.id), made.edit_count) == ((3, 3), 2)
    facts = last_facts(db, made.meeting_id)
    assert (facts["edit"], facts["count"], facts["line"]) == ("review", 2, lines[0].id)
    with pytest.raises(Refused):
        review_all(db, made, by=BY)


def test_a_certified_transcript_stands_until_the_certification_is_taken_back(db: Session) -> None:
    made, lines = read_out(db)
    certify_transcript(db, made, by=BY)
    certified = last_facts(db, made.meeting_id, "transcript.certified")
    assert certified["lines"] == last_facts(db, made.meeting_id, "transcript.made")["lines"]
    for refused in (
        lambda: correct_line(db, made, lines[0], "Other.", version=1, by=BY),
        lambda: review_all(db, made, by=BY),
        lambda: queue_transcription(db, made, language=None, by=BY),
        lambda: certify_transcript(db, made, by=BY),
    ):
        with pytest.raises(Refused):
            refused()
    withdraw_certification(db, made, by=BY)
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    certify_transcript(db, made, by=BY)
    assert last_facts(db, made.meeting_id, "transcript.certified")["lines"] != certified["lines"]
    withdraw_certification(db, made, by=BY)
    with pytest.raises(Refused):
        withdraw_certification(db, made, by=BY)


def test_what_is_not_written_down_cannot_be_certified(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)))
    with pytest.raises(Refused):
        certify_transcript(db, made, by=BY)


def test_while_it_is_written_down_anew_nothing_is_corrected(db: Session) -> None:
    made, lines = read_out(db)
    queue_transcription(db, made, language=None, by=BY)
    db.refresh(made)
    with pytest.raises(Refused):
        correct_line(db, made, lines[0], "Other.", version=1, by=BY)
