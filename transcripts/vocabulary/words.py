"""What Whisper is told before it hears a meeting: the names and terms that will be said there.

Nothing keeps these words but the queue, until the recording is written down.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.people import Participant
from meetings.members.queries import members_of
from meetings.models import Meeting
from meetings.queries import agenda, flat, meeting_day
from transcripts.vocabulary.models import GlossaryTerm
from transcripts.vocabulary.rare import rare_words

MOST = 400
"""Words and names. Whisper's own limit, about 220 tokens, is reached long before."""


def vocabulary(db: Session, meeting_id: str) -> list[str]:
    """The most useful first, each once: members, who asked to speak, the city's glossary, names in the
    agenda's headings, the body and its place."""
    meeting = db.get_one(Meeting, meeting_id)
    members = [member.name for member in members_of(db, meeting.body_id, meeting_day(meeting))]
    words = [
        *members,
        *names_of_speakers(db, meeting_id),
        *glossary(db),
        *names_in_agenda(db, meeting),
        meeting.body.name,
        *rare_words(meeting.place, meeting.language),
    ]
    return list(distinct(words))[:MOST]


def glossary(db: Session) -> list[str]:
    """The city's terms, as a dictionary has them."""
    return sorted(db.scalars(select(GlossaryTerm.term)), key=lambda term: (term.casefold(), term))


def names_of_speakers(db: Session, meeting_id: str) -> list[str]:
    """The names that those chose who asked to speak, in the order in which they first did."""
    asked = record.of_kinds(db, [meeting_id], ["request.joined"])
    ids = list(dict.fromkeys(str(entry.facts["participant"]) for entry in asked))
    people = db.scalars(select(Participant).where(Participant.id.in_(ids), Participant.name != ""))
    names = {person.id: person.name for person in people}
    return [names[each] for each in ids if each in names]


def names_in_agenda(db: Session, meeting: Meeting) -> Iterator[str]:
    for item in flat(agenda(db, meeting.id)):
        if not item.is_withdrawn:
            for words in item.texts:
                yield from rare_words(words.title, words.lang)


def distinct(words: Iterable[str]) -> Iterator[str]:
    """Each word as it stands first; a name that is part of an earlier one adds nothing."""
    told = ""
    for word in words:
        if word.strip() and f" {word.casefold()} " not in told:
            told += f" {word.casefold()} \n"
            yield word
