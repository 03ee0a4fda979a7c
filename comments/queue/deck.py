"""What follows from every change by itself: a draw that is due, sign-ups let in, the next on deck."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.lists import lists_in, next_among, rules_of
from comments.queue.models import ON_DECK, SIGNED_UP, WAITING, Request, SpeakerList
from comments.queue.order import DRAWN, draw
from engage import clock, record
from meetings.models import OPEN, Meeting


def is_to_be_drawn(db: Session, meeting: Meeting, its_list: SpeakerList) -> bool:
    return rules_of(db, meeting, its_list.item_id).order == DRAWN and its_list.drawn_at is None


def settle(db: Session, meeting: Meeting, *, by: str) -> None:
    """After every change: hold a due draw, let in who signed up in advance, put the next on deck."""
    db.flush()
    listed = queries.listed(db, meeting.id)
    if meeting.state == OPEN and not meeting.is_queue_frozen:
        signed_up = [each for each in listed if each.state == SIGNED_UP]
        for its_list in lists_in(db, meeting.id).values():
            _admit(db, meeting, its_list, queries.on_item(signed_up, its_list.item_id), by=by)
    _put_on_deck(db, meeting, listed, by=by)


def _admit(
    db: Session, meeting: Meeting, its_list: SpeakerList, signed_up: Sequence[Request], *, by: str
) -> None:
    """A list without a draw opens with the meeting; one with a draw when its item is called."""
    is_called = meeting.item_id == its_list.item_id
    if (is_called or signed_up) and is_to_be_drawn(db, meeting, its_list):
        if is_called:
            hold_draw(db, its_list, signed_up, by=by)
    elif signed_up:
        for each in signed_up:
            each.state = WAITING
        ids = [each.id for each in signed_up]
        record.append(db, meeting.id, "list.admitted", by=by, item=its_list.item_id, requests=ids)


def hold_draw(db: Session, its_list: SpeakerList, signed_up: Sequence[Request], *, by: str) -> None:
    """Show the seed, and give those who signed up their own places in the order of the draw."""
    its_list.drawn_at = clock.now()
    order = draw(its_list.seed, [each.id for each in signed_up])
    places = dict(zip(order, sorted(each.place for each in signed_up), strict=True))
    for each in signed_up:
        each.state, each.place = WAITING, places[each.id]
    record.append(
        db, its_list.meeting_id, "draw.held", by=by, item=its_list.item_id, seed=its_list.seed, order=order
    )


def _put_on_deck(db: Session, meeting: Meeting, listed: Sequence[Request], *, by: str) -> None:
    waiting = queries.in_line(queries.on_item(listed, meeting.item_id)) if meeting.state == OPEN else []
    wanted = next_among(db, meeting, meeting.item_id, waiting)
    for each in listed:
        if each.state == ON_DECK and each is not wanted:
            each.state = WAITING
            record.append(db, meeting.id, "request.off_deck", by=by, request=each.id, item=each.item_id)
    if wanted and wanted.state == WAITING:
        wanted.state = ON_DECK
        record.append(db, meeting.id, "request.on_deck", by=by, request=wanted.id, item=wanted.item_id)
    db.flush()
