"""The glossary's page: saved as a whole, changed term by term, never to the loss of another clerk."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from tests import make
from tests.make import Cast, kinds
from transcripts.vocabulary.models import GlossaryTerm
from transcripts.vocabulary.words import glossary

WHERE = "/clerk/glossary"


def save(cast: Cast, terms: str, before: str = "") -> Any:
    return make.send(cast.clerk, WHERE, terms=terms, before=before)


def terms(cast: Cast) -> list[str]:
    found: list[str] = cast.read(glossary)
    return found


def last_entry(db: Session) -> record.Entry:
    wanted = (
        select(record.Entry).where(record.Entry.kind == "glossary.changed").order_by(record.Entry.seq.desc())
    )
    return db.scalars(wanted).first() or record.Entry()


def test_terms_are_tidied_sorted_and_saved(cast: Cast) -> None:
    answer = save(cast, "  Okafor\tAvenue \r\n\r\nCEQA\r\nálamo\r\nceqa\r\nBay\x07 Trail\r\n")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{WHERE}?saved")
    assert terms(cast) == ["Bay Trail", "CEQA", "Okafor Avenue", "álamo"]
    page = cast.clerk.get(f"{WHERE}?saved").text
    assert ("Bay Trail\nCEQA\nOkafor Avenue\nálamo</textarea>" in page, "The glossary is saved" in page) == (
        True,
        True,
    )


def test_the_record_has_seals_and_no_words(cast: Cast) -> None:
    save(cast, "CEQA\nBay Trail")
    first = cast.read(last_entry)
    rows = cast.read(lambda db: {each.id: each for each in db.scalars(select(GlossaryTerm))})
    assert first.facts == {
        "count": 2,
        "added": {each.id: record.sealed(each.salt, each.term) for each in rows.values()},
        "removed": [],
    }
    save(cast, "Bay Trail\nADU", before="Bay Trail\nCEQA")
    second = cast.read(last_entry)
    gone = [each.id for each in rows.values() if each.term == "CEQA"]
    assert (second.facts["count"], second.facts["removed"], len(second.facts["added"])) == (2, gone, 1)
    assert (terms(cast), "CEQA" in first.data + second.data) == (["ADU", "Bay Trail"], False)


def test_two_clerks_at_once_lose_nothing(cast: Cast) -> None:
    save(cast, "CEQA\nBay Trail")
    seen = "Bay Trail\nCEQA"
    save(cast, "Bay Trail\nCEQA\nMine", before=seen)
    save(cast, "CEQA\nYours", before=seen)
    assert terms(cast) == ["CEQA", "Mine", "Yours"]


def test_nothing_new_is_no_entry(cast: Cast) -> None:
    save(cast, "CEQA")
    before = cast.read(lambda db: kinds(db, record.CITY).count("glossary.changed"))
    save(cast, "CEQA", before="CEQA")
    assert cast.read(lambda db: kinds(db, record.CITY).count("glossary.changed")) == before == 1


def test_another_spelling_takes_the_place_of_the_one_before(cast: Cast) -> None:
    save(cast, "ceqa")
    save(cast, "CEQA", before="ceqa")
    assert terms(cast) == ["CEQA"]


def test_what_is_too_long_is_told_and_kept_in_the_form(cast: Cast) -> None:
    answer = save(cast, f"CEQA\n{'x' * 81}")
    assert (answer.status_code, "Line 2 has 81 characters; a term can have up to 80." in answer.text) == (
        422,
        True,
    )
    assert f"{'x' * 81}</textarea>" in answer.text
    many = "\n".join(f"term number {n}" for n in range(1200))
    assert save(cast, many).status_code == 422
    half = "\n".join(f"term number {n}" for n in range(900))
    assert save(cast, half).status_code == 303
    answer = save(cast, half.replace("term", "word"))
    assert (answer.status_code, "A glossary can have up to 18000 characters" in answer.text) == (409, True)
    assert len(terms(cast)) == 900


def test_the_desk_leads_there_and_only_staff_get_in(cast: Cast) -> None:
    assert 'href="/clerk/glossary"' in cast.clerk.get("/clerk").text
    assert cast.signed_in("stranger").get(WHERE).status_code == 200
    assert cast.signed_in("chair").get(WHERE).status_code == 404
    assert cast.resident().get(WHERE).headers["location"].startswith("/sign-in")
