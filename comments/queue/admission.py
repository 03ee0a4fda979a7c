"""What stands against a request to speak: who may ask, for what, and on which list."""

from sqlalchemy.orm import Session

from comments.queue import lists, queries
from comments.queue.models import ANSWER, ANSWERABLE, COMMENT, QUESTION, WRITTEN, Request
from engage.language import N_
from engage.people import Participant, Refused
from meetings.models import OPEN, SECTION, AgendaItem, Meeting

CLOSED = N_("The list of speakers is closed.")
NOTE_IS_FOR_POINTS = N_("Only a point of order, a question or an answer has a note.")
WORDS_MISSING = N_("Please write what the clerk is to read out.")
WORDS_UNASKED = N_('There is something to be read out here. Choose "In writing", or empty this field.')


def expect_may_join(
    db: Session, meeting: Meeting, item: AgendaItem | None, person: Participant, *, is_staff: bool, kind: str
) -> None:
    """An open list and no live request of the same kind; staff adds people to a closed list too."""
    is_open = not meeting.is_over if is_staff else lists.takes_requests(db, meeting, item)
    if not is_open:
        raise Refused(CLOSED)
    if item and (item.is_withdrawn or item.kind == SECTION):
        raise Refused(N_("Nobody is called to speak on this item."))
    if kind != COMMENT and not is_staff:
        raise Refused(N_("Points of order are added by the clerk."))
    if kind != COMMENT and meeting.state != OPEN:
        raise Refused(N_("Open the meeting first."))
    if queries.under_way(db, person.id, item.id if item else None, kind=kind):
        raise Refused(N_("You are already on the list for this item."))


def expect_fits_kind(kind: str, *, stance: str, note: str) -> None:
    """In favor or against goes with a comment only, a note with everything else."""
    if kind != COMMENT and stance:
        raise Refused(N_("A point of order is neither in favor nor against."))
    if kind == COMMENT and note:
        raise Refused(NOTE_IS_FOR_POINTS)


def expect_fits_mode(mode: str, words: str) -> None:
    """Words go with a request in writing, and such a one has some."""
    if mode == WRITTEN and not words:
        raise Refused(WORDS_MISSING)
    if words and mode != WRITTEN:
        raise Refused(WORDS_UNASKED)


def expect_stance_asked(db: Session, meeting: Meeting, item_id: str | None) -> None:
    if not lists.rules_of(db, meeting, item_id).asks_stance:
        raise Refused(N_("Nobody is asked here whether they speak in favor or against."))


def expect_answers(db: Session, item_id: str | None, kind: str, answer_to: str | None) -> None:
    """An answer, and nothing else, is to a question or intervention of this list that is not over."""
    if kind != ANSWER:
        if answer_to:
            raise Refused(N_("Only an answer is given to something."))
        return
    answered = db.get(Request, answer_to) if answer_to else None
    if answered is None or answered.kind not in ANSWERABLE or answered.item_id != item_id:
        raise Refused(N_("There is no question and no intervention here to be answered."))
    if not answered.is_under_way:
        raise Refused(N_("This question is over. An answer can be given while it waits or is heard."))


def expect_may_return(db: Session, meeting: Meeting, request: Request) -> None:
    """Back onto the list: nobody stands there twice, and a question needs somebody who speaks."""
    if meeting.is_over:
        raise Refused(CLOSED)
    if queries.under_way(db, request.participant_id, request.item_id, kind=request.kind):
        raise Refused(N_("This person is on the list again already."))
    holders = queries.on_item(queries.with_floor(db, meeting.id), request.item_id)
    if request.kind == QUESTION and not any(each.kind == COMMENT for each in holders):
        raise Refused(N_("Nobody has the floor here to whom the question could be put."))
