"""What the terminal says when the demonstration starts: the address, the sign-in, three things to try."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.demo.city import CITY, CLERK, PASSWORD
from engage.settings import Settings
from meetings.models import Meeting


def welcome(settings: Settings, meetings: dict[str, str], microphone: str) -> str:
    """`microphone` is the path of the chair's link, or nothing."""
    at = f"http://{settings.host}:{settings.port}"
    chair = f"\nThe chair's microphone; whoever has this link is heard:\n    {at}{microphone}\n"
    return f"""
{CITY} is at {at}/   (Ctrl+C ends it; its data are in {settings.data}/)

Clerk's sign-in, for this demonstration only:
    {at}/sign-in   name: {CLERK}   password: {PASSWORD}
{chair if microphone else ""}
Three things to try:
 1. Ask to speak: open {at}/meetings/{meetings["live"]} on one side, and on the other
    the clerk's console, {at}/clerk/meetings/{meetings["live"]}/console. Press n, then s.
 2. Watch last week's recording being written down, and read along:
    {at}/meetings/{meetings["adjourned"]}   (two minutes or so)
 3. Then search for what was said:
    {at}/search?q=%22protected+bike+lane%22
"""


def addresses(db: Session) -> dict[str, str]:
    """The live meeting and the adjourned one, by their ids."""
    live = db.scalar(select(Meeting.id).where(Meeting.state.in_(("open", "recess")))) or ""
    adjourned = (
        db.scalar(select(Meeting.id).where(Meeting.state == "adjourned").order_by(Meeting.starts_at)) or ""
    )
    return {"live": live, "adjourned": adjourned}
