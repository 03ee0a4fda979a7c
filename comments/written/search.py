"""What of the written comments anyone may find: never a withheld one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.written.models import Comment
from engage.index import Document
from engage.indexing import Changes
from engage.record import Entry
from meetings.models import Meeting
from meetings.search import found_in


def visible_comments(db: Session, meeting_id: str) -> list[Comment]:
    """What everyone may read, in order of arrival.

    Each stands at `/meetings/ID/comments?comment=CID#comment-CID`, whatever page of the list that is.
    """
    return list(
        db.scalars(
            select(Comment)
            .where(Comment.meeting_id == meeting_id, Comment.withheld_at.is_(None))
            .order_by(Comment.number)
        )
    )


def comment(db: Session, entry: Entry) -> Changes:
    """One comment as it stands now: there, or withheld and gone."""
    written = db.get_one(Comment, entry.facts["comment"])
    if written.is_withheld:
        return Changes(remove=[f"comment:{written.id}"])
    return Changes(put=documents(db, entry.book, [written]))


def everything(db: Session, entry: Entry) -> Changes:
    """The meeting's day has changed."""
    return Changes(put=documents(db, entry.book, visible_comments(db, entry.book)))


def documents(db: Session, meeting_id: str, written: list[Comment]) -> list[Document]:
    meeting = db.get_one(Meeting, meeting_id)
    return [
        found_in(
            meeting,
            id=f"comment:{each.id}",
            kind="comment",
            text=each.text,
            language=meeting.language,
            position=each.number,
        )
        for each in written
    ]


readings = {
    "comment.received": comment,
    "comment.withheld": comment,
    "comment.restored": comment,
    "meeting.moved": everything,
    "meeting.changed": everything,
}
