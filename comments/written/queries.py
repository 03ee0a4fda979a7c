"""Reads of written comments."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments.written.models import POSITIONS, Comment
from comments.written.rules import PAGE, page_holding, pages_of
from engage.doors import NotFound
from meetings.models import AgendaItem
from meetings.queries import agenda, flat

Counts = dict[str, int]
"""Position to number of comments; every position is there."""


@dataclass(frozen=True)
class Group:
    """One item, or general public comment: all its counts, and the comments that are on show."""

    item: AgendaItem | None
    counts: Counts
    comments: list[Comment]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Sheet:
    """One page of the list, `page` of `pages`. Items without comments are not on it."""

    groups: list[Group]
    total: int
    page: int = 1
    pages: int = 1


def written_comment(db: Session, meeting_id: str, comment_id: str) -> Comment:
    comment = db.get(Comment, comment_id)
    if comment is None or comment.meeting_id != meeting_id:
        raise NotFound
    return comment


def next_number(db: Session, meeting_id: str) -> int:
    return (db.scalar(select(func.max(Comment.number)).where(Comment.meeting_id == meeting_id)) or 0) + 1


def comment_count(db: Session, meeting_id: str) -> int:
    """Withheld comments count too."""
    return db.scalar(select(func.count()).where(Comment.meeting_id == meeting_id)) or 0


def counts(db: Session, meeting_id: str) -> dict[str | None, Counts]:
    """For each item with comments (None: in general) how many take which position, withheld ones included."""
    found: dict[str | None, Counts] = {}
    rows = db.execute(
        select(Comment.item_id, Comment.position, func.count())
        .where(Comment.meeting_id == meeting_id)
        .group_by(Comment.item_id, Comment.position)
    )
    for item_id, position, count in rows:
        found.setdefault(item_id, dict.fromkeys(POSITIONS, 0))[position] = count
    return found


def latest(db: Session, meeting_id: str, *, most: int) -> list[Comment]:
    """The newest that everyone may read."""
    return list(
        db.scalars(
            select(Comment)
            .where(Comment.meeting_id == meeting_id, Comment.withheld_at.is_(None))
            .order_by(Comment.number.desc())
            .limit(most)
        )
    )


def places(db: Session, meeting_id: str) -> list[AgendaItem | None]:
    """Where comments can stand, in the order of the list: the agenda's items, general comment last."""
    return [*flat(agenda(db, meeting_id)), None]


def groups(
    db: Session, meeting_id: str, items: Sequence[AgendaItem | None], comments: Sequence[Comment] = ()
) -> list[Group]:
    """Those of these items that have comments, each with its part of `comments`."""
    numbers = counts(db, meeting_id)
    return [
        Group(item, numbers[item_id], [each for each in comments if each.item_id == item_id])
        for item in items
        if (item_id := item.id if item else None) in numbers
    ]


def sheet(db: Session, meeting_id: str, *, page: int = 1, holding: str = "") -> Sheet:
    """A page of the list, item by item, within an item in order of arrival.

    With `holding`, the page on which that comment stands; a page that is not there is the nearest.
    """
    items = places(db, meeting_id)
    order = {item.id if item else None: place for place, item in enumerate(items)}
    rows = db.execute(
        select(Comment.id, Comment.item_id).where(Comment.meeting_id == meeting_id).order_by(Comment.number)
    )
    ids = [row.id for row in sorted(rows, key=lambda row: order[row.item_id])]
    wanted = page_holding(ids.index(holding)) if holding in ids else page
    number = min(max(wanted, 1), pages_of(len(ids)))
    shown = ids[(number - 1) * PAGE : number * PAGE]
    comments = db.scalars(select(Comment).where(Comment.id.in_(shown)).order_by(Comment.number)).all()
    on_show = [group for group in groups(db, meeting_id, items, comments) if group.comments]
    return Sheet(on_show, len(ids), number, pages_of(len(ids)))


def whole_sheet(db: Session, meeting_id: str) -> Sheet:
    """Every comment on one page, for paper."""
    comments = db.scalars(
        select(Comment).where(Comment.meeting_id == meeting_id).order_by(Comment.number)
    ).all()
    return Sheet(groups(db, meeting_id, places(db, meeting_id), comments), len(comments))
