"""What is done with kiosks; each verb changes the row and appends the entry."""

import secrets

from sqlalchemy.orm import Session

from comments.kiosk.models import Kiosk
from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Account, Refused, token_hash
from meetings.models import Meeting


def make_kiosk(db: Session, meeting: Meeting, *, by: Account) -> str:
    """The secret part of its link, which is told once and kept nowhere."""
    if meeting.is_over or not meeting.is_public:
        raise Refused(N_("A kiosk can be made from the publication to the end of a meeting."))
    token = secrets.token_urlsafe(18)
    kiosk = Kiosk(
        id=new_id(), meeting_id=meeting.id, token=token_hash(token), made_by=by.id, made_at=clock.now()
    )
    db.add(kiosk)
    record.append(db, meeting.id, "kiosk.made", by=by.actor, kiosk=kiosk.id)
    return token


def end_kiosk(db: Session, kiosk: Kiosk, *, by: str) -> None:
    """The link is dead from now on; who has signed up with it stays on the list."""
    if kiosk.ended_at:
        raise Refused(N_("This kiosk is ended already."))
    kiosk.ended_at = clock.now()
    record.append(db, kiosk.meeting_id, "kiosk.ended", by=by, kiosk=kiosk.id)
