"""What is done with written comments; each verb changes the rows and appends the entry."""

from datetime import datetime

from sqlalchemy.orm import Session

from comments.written import queries
from comments.written.models import Comment
from comments.written.rules import takes_comments
from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Participant, Refused
from meetings.models import AgendaItem, Meeting

CLOSED = N_("Written comments are closed. What you wrote was not sent.")


def receive_comment(
    db: Session,
    meeting: Meeting,
    item: AgendaItem | None,
    person: Participant,
    *,
    by: str,
    name: str,
    position: str,
    text: str,
) -> Comment:
    """Take a comment. Refused after the cut-off, and on a heading or a withdrawn item."""
    if not meeting.takes_comments:
        raise Refused(CLOSED)
    if not takes_comments(item):
        raise Refused(N_("This item takes no comments. What you wrote was not sent."))
    comment = Comment(
        id=new_id(),
        meeting_id=meeting.id,
        item_id=item.id if item else None,
        participant_id=person.id,
        number=queries.next_number(db, meeting.id),
        name=name,
        position=position,
        text=text,
        received_at=clock.now(),
        salt=record.new_salt(),
    )
    entry = record.append(
        db, meeting.id, "comment.received", by=by, comment=comment.id, item=comment.item_id,
        number=comment.number, position=position, text=record.sealed(comment.salt, text),
        name=record.sealed(comment.salt, name) if name else None,
    )  # fmt: skip
    comment.entry = entry.seq
    db.add(comment)
    db.flush()
    return comment


def withhold_comment(db: Session, comment: Comment, *, by: str, reason: str) -> None:
    """Out of everyone's sight but the clerk's and the members'; its place, number and position stay."""
    if comment.is_withheld:
        raise Refused(N_("This comment is already withheld."))
    comment.withheld_at, comment.reason = clock.now(), reason
    _note(db, comment, "comment.withheld", by=by, reason=record.sealed(comment.salt, reason))


def restore_comment(db: Session, comment: Comment, *, by: str) -> None:
    if not comment.is_withheld:
        raise Refused(N_("Everyone can already read this comment."))
    comment.withheld_at = None
    _note(db, comment, "comment.restored", by=by)


def set_cut_off(db: Session, meeting: Meeting, until: datetime | None, *, by: str) -> None:
    """Until when comments are taken; None: until the meeting adjourns."""
    if meeting.is_over:
        raise Refused(N_("The meeting is over: it takes no more comments."))
    meeting.comments_until = until
    text = clock.text(until) if until else None
    record.append(db, meeting.id, "comments.cut_off_set", by=by, until=text)


def _note(db: Session, comment: Comment, kind: str, *, by: str, **facts: object) -> None:
    record.append(db, comment.meeting_id, kind, by=by, comment=comment.id, number=comment.number, **facts)
