"""One entry of a meeting's record, as anyone can check it: the receipt of an act."""

import json

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.surveys.queries import may_read_entry
from engage import record
from engage.doors import NotFound, reads
from engage.render import page
from meetings.queries import public_meeting


@reads("public")
def show(request: Request, db: Session) -> Response:
    """Number, time, kind, facts and hash; the facts of a ballot only when the poll's result is public."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    seq = request.path_params["seq"]
    found = record.numbered(db, meeting.id, [seq, seq - 1, seq + 1])
    entry = next((each for each in found if each.seq == seq), None)
    if entry is None:
        raise NotFound
    before = next((each.hash for each in found if each.seq == seq - 1), record.START)
    facts = json.dumps(entry.facts, ensure_ascii=False, indent=1, sort_keys=True)
    shown = facts if may_read_entry(db, entry) else None
    return page(
        request, "room/entry.html", meeting=meeting, entry=entry, before=before, facts=shown,
        has_next=any(each.seq == seq + 1 for each in found),
    )  # fmt: skip


routes = [Route("/meetings/{meeting_id}/entries/{seq:int}", show)]
