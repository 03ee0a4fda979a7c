"""How the meeting stands: who has the floor, who is next, which item is open and what time is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from comments.queue import lists, queries
from comments.queue.live import running_clock
from comments.queue.models import Request
from engage import clock
from meetings.models import OPEN, AgendaItem, Meeting

Clock = dict[str, int | bool | str]
"""As js/clock.js wants it: milliseconds; `started` on the server's clock, `left` as of now."""
NEXT = 3


@dataclass(frozen=True)
class Standing:
    """`line` are all who wait on the open item (or in general comment), first to be called first."""

    meeting: Meeting
    item: AgendaItem | None
    speaker: Request | None
    clock: Clock | None
    up: Request | None
    """Who is called next; somebody else than the first in line where that side's time is used up."""
    line: list[Request]
    list_clock: Clock | None
    """Of the time that all speakers of this list have together; none without a total."""
    item_clock: Clock | None
    """Of the planned minutes, since the item was called; none where none were planned."""

    @property
    def coming(self) -> list[Request]:
        """The next three."""
        first = [self.up] if self.up else []
        return [*first, *(each for each in self.line if each is not self.up)][:NEXT]


def standing(db: Session, meeting: Meeting) -> Standing:
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    speaker = queries.on_floor(db, meeting.id)
    return Standing(
        meeting=meeting,
        item=item,
        speaker=speaker,
        clock=running_clock(speaker, lists.rules_of(db, meeting, speaker.item_id)) if speaker else None,
        up=lists.next_request(db, meeting, meeting.item_id),
        line=lists.line(db, meeting, meeting.item_id),
        list_clock=list_clock(db, meeting, speaker),
        item_clock=item_clock(meeting, item) if item else None,
    )


def list_clock(db: Session, meeting: Meeting, speaker: Request | None) -> Clock | None:
    """It runs while somebody of this list speaks."""
    total_s = lists.rules_of(db, meeting, meeting.item_id).total_s
    if total_s is None:
        return None
    used_ms = sum(queries.used_ms(db, meeting.id, meeting.item_id).values())
    is_theirs = speaker is not None and speaker.item_id == meeting.item_id and not speaker.rank
    since = speaker.running_since if speaker and is_theirs else None
    now_ms = clock.ms(clock.now()) - clock.ms(since) if since else 0
    return {
        "started": clock.ms(since) if since else 0,
        "elapsed": used_ms,
        "limit": total_s * 1000,
        "running": since is not None,
        "left": total_s * 1000 - used_ms - now_ms,
    }


def item_clock(meeting: Meeting, item: AgendaItem) -> Clock | None:
    """The planned minutes on the wall's clock, since the item was first called."""
    if not item.minutes or not item.called_at:
        return None
    until = item.called_at + timedelta(minutes=item.minutes)
    return countdown(item.called_at, until) | {"running": meeting.state == OPEN}


def countdown(since: datetime, until: datetime | None) -> Clock:
    """On the wall's clock; without an end it counts up, and `left` is what has passed."""
    passed = clock.ms(clock.now()) - clock.ms(since)
    limit = clock.ms(until) - clock.ms(since) if until else 0
    return {
        "started": clock.ms(since),
        "elapsed": 0,
        "limit": limit,
        "running": True,
        "left": limit - passed if until else passed,
    }
