"""What somebody hands in to be read out by the clerk: without a microphone, or where it does not work."""

from sqlalchemy.orm import Session

from comments.queue.actions import MOVED_ON, note_act
from comments.queue.admission import WORDS_MISSING
from comments.queue.models import COMMENT, IN_PERSON, WRITTEN, Request
from engage import record
from engage.language import N_
from engage.people import Refused

LONGEST_WORDS = 3_000
"""Characters: as in a written comment; somebody who reads aloud needs about three minutes."""


def hand_in_words(db: Session, request: Request, words: str, *, by: str) -> None:
    """The clerk reads this out when the turn comes; until then it may be handed in anew.

    For who is remote: the place in the order and the time stay as they were.
    """
    if not request.is_listed or request.kind != COMMENT:
        raise Refused(MOVED_ON)
    if request.mode == IN_PERSON:
        raise Refused(N_("You speak in the room. Withdraw, and ask again in writing."))
    if not words:
        raise Refused(WORDS_MISSING)
    if (request.mode, request.words) == (WRITTEN, words):
        return
    request.mode, request.words = WRITTEN, words
    note_act(db, request, "request.written", by=by, words=record.sealed(request.salt, words))
