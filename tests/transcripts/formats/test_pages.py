"""The transcript as a file, from the database to the reader: who gets it, in which language, at what cost."""

import json
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy.orm import Session

from engage.render import fragment
from tests import make
from tests.make import Cast
from tests.transcripts.formats.filled import SAID, add, add_whole
from transcripts import queries
from transcripts.attribution.models import Speaker
from transcripts.editing.actions import correct_line
from transcripts.formats.pages import FORMATS, PAPERS
from transcripts.formats.queries import written
from transcripts.models import Recording

SUFFIXES = (*FORMATS, *PAPERS)
GAP = "0:05 to 0:08 is withheld from the public. Reason: Personal data"


def words_of(suffix: str, content: bytes) -> str:
    if suffix == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if suffix == "docx":
        return "\n".join(each.text for each in Document(BytesIO(content)).paragraphs)
    return content.decode()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_has_the_words_and_speakers_and_shows_the_gap(cast: Cast, suffix: str) -> None:
    made = add_whole(cast)
    answer = cast.anyone.get(f"/recordings/{made.id}.{suffix}")
    words = words_of(suffix, answer.content)
    assert [each in words for each in SAID] == [True, True, False, True, True]
    assert "Ana Ruiz" in words
    wanted = '"reason": "privacy", "label": "Personal data"' if suffix == "json" else GAP
    assert wanted in " ".join(words.split())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_file_is_sent_once_and_anew_after_a_change(cast: Cast, suffix: str) -> None:
    made = add(cast, "Four to two.")
    url = f"/recordings/{made.id}.{suffix}"
    answer = cast.anyone.get(url)
    assert (answer.status_code, answer.headers["vary"]) == (200, "Cookie, Accept-Language")
    tag = answer.headers["etag"]
    again = cast.anyone.get(url, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)

    def correct(db: Session) -> None:
        line = queries.lines_of(db, made.id)[0]
        correct_line(db, db.get_one(Recording, made.id), line, "Five to two.", version=1, by="account:a")

    cast.db.write_now(correct)
    changed = cast.anyone.get(url, headers={"if-none-match": tag})
    words = words_of(suffix, changed.content)
    assert ("Four to two." in words, "Five to two." in words) == (False, True)


def test_a_speaker_renamed_is_renamed_in_the_file(cast: Cast) -> None:
    made = add_whole(cast)
    before = cast.anyone.get(f"/recordings/{made.id}.pdf")

    def rename(db: Session) -> None:
        line = queries.lines_of(db, made.id)[0]
        db.get_one(Speaker, line.speaker_id).name = "Ana María Ruiz"

    cast.db.write_now(rename)
    after = cast.anyone.get(f"/recordings/{made.id}.pdf", headers={"if-none-match": before.headers["etag"]})
    assert "Ana María Ruiz" in words_of("pdf", after.content)


@pytest.mark.parametrize(
    ("suffix", "kind", "disposition"),
    [
        ("pdf", "application/pdf", "inline"),
        (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment",
        ),
        ("cdp.json", "application/json", "attachment"),
        ("jsonld", "application/ld+json", ""),
    ],
)
def test_each_file_says_what_it_is(cast: Cast, suffix: str, kind: str, disposition: str) -> None:
    answer = cast.anyone.get(f"/recordings/{add(cast).id}.{suffix}")
    found = answer.headers.get("content-disposition", "").partition(";")[0]
    assert (answer.headers["content-type"], found) == (kind, disposition)


def test_labels_are_in_the_readers_language(cast: Cast) -> None:
    made = add_whole(cast)
    english, spanish = (
        cast.anyone.get(f"/recordings/{made.id}.txt", params={"lang": lang}).text for lang in ("en", "es")
    )
    assert ("Reason:" in english, "Motivo:" in english) == (True, False)
    assert ("Reason:" in spanish, "Motivo:" in spanish) == (False, True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_not_public_is_for_its_clerk_alone(cast: Cast, suffix: str) -> None:
    draft = add(cast, of=cast.city.draft)
    unpublished = add(cast, sha256="cd")

    def unpublish(db: Session) -> None:
        db.get_one(Recording, unpublished.id).published_at = None

    cast.db.write_now(unpublish)
    who = [cast.resident(), cast.signed_in("stranger"), cast.clerk, cast.signed_in("admin")]
    for made in (draft, unpublished):
        url = f"/recordings/{made.id}.{suffix}"
        assert [client.get(url).status_code for client in who] == [404, 404, 200, 200]
    assert cast.anyone.get(f"/recordings/nothing.{suffix}").status_code == 404


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_even_the_clerk_takes_along_what_is_public(cast: Cast, suffix: str) -> None:
    made = add_whole(cast)
    assert "Nobody may know" not in words_of(
        suffix, cast.clerk.get(f"/recordings/{made.id}.{suffix}").content
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_before_the_transcript_there_is_no_file_and_of_silence_an_empty_one(cast: Cast, suffix: str) -> None:
    made = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
    url = f"/recordings/{made.id}.{suffix}"
    assert cast.anyone.get(url).status_code == 404
    cast.db.write_now(make.finish_next)
    assert cast.anyone.get(url).status_code == 200


@pytest.mark.parametrize("suffix", ["vtt", "json"])
def test_thirty_lines_cost_what_one_costs(cast: Cast, suffix: str) -> None:
    clerk = cast.clerk
    few, many = (
        make.queries_for(cast, clerk, f"/recordings/{add(cast, *['A line.'] * n, sha256=str(n)).id}.{suffix}")
        for n in (1, 30)
    )
    assert (few, many) == (9, 9)


def test_the_facts_are_those_of_the_rows(cast: Cast) -> None:
    made = add_whole(cast)
    record = json.loads(cast.anyone.get(f"/recordings/{made.id}.json").text)
    meeting = cast.city.meeting
    assert (record["meeting"]["id"], record["meeting"]["city"], record["meeting"]["body"]) == (
        meeting.id,
        "Alder Bay",
        "City Council",
    )
    assert record["recording"]["sha256"] == "ab"
    assert (record["origin"]["model"], record["origin"]["language"]) == ("base", "en")
    assert [(each["speaker"] or {}).get("label") for each in record["lines"]] == [
        "Ana Ruiz",
        "Dais",
        "Dais",
        "Ana Ruiz",
    ]
    assert [each["language"] for each in record["lines"]] == ["en", "en", "es", "en"]


def test_what_is_gathered_can_be_told_apart_by_its_text(cast: Cast) -> None:
    made = add_whole(cast)

    def gather(db: Session) -> Any:
        recording = db.get_one(Recording, made.id)
        return repr(written(db, recording, db.merge(cast.city.meeting), lang="en", city="x", base="/"))

    assert cast.db.read_now(gather) == cast.db.read_now(gather), "the tag of a paper is of this text"


def test_the_page_offers_every_format_in_plain_words(cast: Cast) -> None:
    made = add(cast)
    html = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    assert [f'href="/recordings/{made.id}.{suffix}"' in html for suffix in SUFFIXES] == [True] * len(SUFFIXES)
    assert f'<link rel="alternate" type="application/ld+json" href="/recordings/{made.id}.jsonld">' in html
    partial = fragment("en", "transcripts/_take_along.html", one=made)
    assert partial.count("<dt>") == partial.count("<dd>") == len(SUFFIXES)
