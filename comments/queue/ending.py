"""How somebody's turn or wait is over, and what ends with it by itself."""

from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.models import FINISHED, PAUSED, SPEAKING, WITHDRAWN, Request
from engage import clock, record


def stop_clock(request: Request) -> None:
    request.spoken_ms = round(request.spoken().total_seconds() * 1000)
    request.running_since = None


def end_dependents(db: Session, request: Request, *, by: str) -> None:
    """A question to a speaker who is done is not asked any more, an answer to what is not asked not given.

    To be called while the request is still under way.
    """
    for each in queries.depending_on(db, request):
        is_heard = each.state in (SPEAKING, PAUSED)
        if not is_heard:
            end_dependents(db, each, by=by)
        stop_clock(each)
        each.state, each.ended_at = FINISHED if is_heard else WITHDRAWN, clock.now()
        record.append(
            db, each.meeting_id, "floor.ended" if is_heard else "request.lapsed", by=by, request=each.id,
            item=each.item_id, spoken_ms=each.spoken_ms,
        )  # fmt: skip
