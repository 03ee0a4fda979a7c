"""What is done to the city's glossary; it is saved as a whole, and noted term by term in the city's book."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from transcripts.vocabulary.models import GlossaryTerm

MOST_LETTERS = 18_000
"""Of the whole, as it stands in its form: some thousand terms."""
LONGEST_TERM = 80
TOO_LONG = N_("A glossary can have up to %(most)s characters; with these terms it would have %(count)s.")


def change_glossary(db: Session, *, add: Iterable[str], remove: Iterable[str], by: str) -> None:
    """Takes terms up and out, so that two who change it at the same time lose nothing of each other.

    A term that is there already, or gone already, changes nothing. Refused beyond MOST_LETTERS.
    """
    there = {each.term: each for each in db.scalars(select(GlossaryTerm))}
    gone = [there.pop(term) for term in dict.fromkeys(remove) if term in there]
    come = [made_of(term) for term in dict.fromkeys(add) if term not in there]
    letters = sum(len(term) + 1 for term in [*there, *(each.term for each in come)])
    if come and letters > MOST_LETTERS:
        raise Refused(TOO_LONG, most=MOST_LETTERS, count=letters)
    if not (gone or come):
        return
    for each in gone:
        db.delete(each)
    db.flush()  # a term may be taken out and come back in another spelling
    db.add_all(come)
    record.append(
        db, record.CITY, "glossary.changed", by=by, count=len(there) + len(come),
        added={each.id: record.sealed(each.salt, each.term) for each in come},
        removed=sorted(each.id for each in gone),
    )  # fmt: skip


def made_of(term: str) -> GlossaryTerm:
    return GlossaryTerm(id=new_id(), term=term, salt=record.new_salt(), added_at=clock.now())
