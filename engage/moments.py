"""What the record tells of a moment in a recording: which item was open, and who had the floor."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import SPEAKING
from comments.queue.models import Request as RequestToSpeak
from engage import record
from engage.record import Entry
from meetings.models import AgendaItem
from transcripts.models import Recording


class Told:
    """What the record tells of a moment: which item was open, and who had the floor."""

    STARTS = ("floor.started", "floor.resumed")
    STOPS = ("floor.paused", "floor.ended", "request.withdrawn", "request.removed")
    KINDS = (
        *STARTS,
        *STOPS,
        "act.undone",
        "item.called",
        "item.closed",
        "meeting.recessed",
        "meeting.adjourned",
    )

    def __init__(self, db: Session, meeting_ids: Collection[str]) -> None:
        self.entries: dict[str, list[Entry]] = {}
        for entry in record.of_kinds(db, meeting_ids, self.KINDS):
            self.entries.setdefault(entry.book, []).append(entry)
        told = [entry.facts for entries in self.entries.values() for entry in entries]
        self.items = rows(db, AgendaItem, {facts["item"] for facts in told if facts.get("item")})
        self.requests = rows(db, RequestToSpeak, {facts["request"] for facts in told if "request" in facts})
        self.speakers = {book: list(self._turns(entries)) for book, entries in self.entries.items()}

    def _turns(self, entries: Sequence[Entry]) -> Iterator[str | None]:
        """After each entry: the request whose clock runs, or None."""
        speaker: str | None = None
        for entry in entries:
            request, put_back = entry.facts.get("request"), entry.facts.get("requests", {})
            if entry.kind in self.STARTS:
                speaker = request
            elif entry.kind == "act.undone":
                states = {one: values["state"] for one, values in put_back.items() if "state" in values}
                speaker = None if speaker in states else speaker
                speaker = next((one for one, state in states.items() if state == SPEAKING), speaker)
            elif request == speaker or entry.kind.startswith("meeting."):
                speaker = None
            yield speaker

    def at(self, made: Recording, start_ms: int) -> tuple[AgendaItem | None, str | None]:
        entries = self.entries.get(made.meeting_id, [])
        if made.starts_at is None or not entries:
            return None, None
        moment = made.starts_at + timedelta(milliseconds=start_ms)
        number = bisect_right([entry.at for entry in entries], moment)
        speaker = self.speakers[made.meeting_id][number - 1] if number else None
        request = self.requests.get(speaker) if speaker else None
        return self._item(entries[:number]), (request.name or None) if request else None

    def _item(self, before: Sequence[Entry]) -> AgendaItem | None:
        last = next((each for each in reversed(before) if each.kind.startswith("item.")), None)
        return self.items.get(last.facts["item"]) if last and last.kind == "item.called" else None


def rows(db: Session, table: Any, ids: Collection[str]) -> dict[str, Any]:
    """Rows of a table by their ids, in one query."""
    return {row.id: row for row in db.scalars(select(table).where(table.id.in_(ids)))} if ids else {}
