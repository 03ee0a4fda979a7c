"""Reads of what is being fetched."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engage import clock
from engage.doors import NotFound
from transcripts.fetching.models import Fetch

NEWS = timedelta(minutes=5)
"""So long it is told that a recording has come."""


def fetches_of(db: Session, meeting_id: str) -> list[Fetch]:
    """What is under way, what has failed, and what has just come."""
    is_news = or_(Fetch.recording_id.is_(None), Fetch.told_at > clock.now() - NEWS)
    wanted = select(Fetch).where(Fetch.meeting_id == meeting_id, is_news)
    return list(db.scalars(wanted.order_by(Fetch.told_at, Fetch.id)))


def under_way(db: Session) -> int:
    """In every meeting."""
    unfinished = select(Fetch).where(Fetch.recording_id.is_(None), Fetch.error == "")
    return sum(each.is_under_way for each in db.scalars(unfinished))


def fetch_of(db: Session, meeting_id: str, fetch_id: str) -> Fetch:
    found = db.get(Fetch, fetch_id)
    if found is None or found.meeting_id != meeting_id:
        raise NotFound
    return found
