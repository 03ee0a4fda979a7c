"""The display in the hall: clock, speaker, next three, open item and poll, in both languages at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from comments.queue.lists import rules_of
from comments.queue.models import KINDS
from engage import language, record
from engage.doors import database, marked, reads
from engage.language import LANGUAGES, N_
from engage.poll_board import ANSWERS, poll_board
from engage.push.hub import Hub
from engage.push.panels import HALL, Panel
from engage.render import fragment, page
from engage.standing import Clock, countdown, standing
from meetings.disruption.queries import disruption_under_way, recess_under_way
from meetings.disruption.rules import may_reconvene_at
from meetings.models import ADJOURNED, CANCELLED, PUBLISHED, RECESS, AgendaItem, Meeting
from meetings.queries import public_meeting

Lines = list[tuple[str, Markup]]
"""What a line says, with its language, in each language; once where both say the same."""
WORDS = {
    "floor": N_("Has the floor"),
    "called": N_("Is called to speak"),
    "written": N_("Is read out by the clerk"),
    "next": N_("Next to speak"),
    "hidden": N_("Somebody who waits"),
    "nobody": N_("Nobody is waiting to speak."),
    "item": N_("Now: item %(number)s"),
    "now": N_("Now"),
    "general": N_("General public comment"),
}
CLOCK = {
    "left": N_("Time left"),
    "warning": N_("Less than half a minute left"),
    "over": N_("Time is up"),
    "paused": N_("The clock stands"),
    "open": N_("Time spoken"),
}
"""What stands under the clock, by the phases of js/clock.js."""
FOLLOWS = {"status", "floor", "queue", "agenda", "surveys"}
"""Whatever changes one of these panels of the meeting's page changes the display."""
PAUSE_CLOCK = {
    "left": N_("until the meeting goes on"),
    "warning": N_("until the meeting goes on"),
    "over": N_("The meeting goes on in a moment"),
    "paused": N_("until the meeting goes on"),
    "open": N_("since then"),
}
STILL = {
    RECESS: N_("The meeting is in recess"),
    PUBLISHED: N_("The meeting begins at %(time)s"),
    ADJOURNED: N_("The meeting is over. Thank you for coming."),
    CANCELLED: N_("This meeting is cancelled"),
    "closed": N_("The meeting is in closed session"),
    "interrupted": N_("The meeting is interrupted"),
}
"""What fills the display while the meeting is not running."""


def both(first: str, write: Callable[[str], str]) -> Lines:
    """What `write` makes of each language, the meeting's own first."""
    made: Lines = []
    for lang in sorted(LANGUAGES, key=lambda code: code != first):
        text = Markup(write(lang))
        if text not in [known for _, known in made]:
            made.append((lang, text))
    return made


def hall(db: Session, meeting_id: str) -> Mapping[str, Any]:
    """Everything that the display shows, written in both languages: the viewer's does not count."""
    meeting = db.get_one(Meeting, meeting_id)
    first = meeting.language

    def say(message: str, **values: object) -> Lines:
        return both(first, lambda lang: Markup.escape(language.translate(lang, message, **values)))

    def name(one: object) -> Lines:
        return both(first, lambda lang: fragment(lang, "comments/queue/_name.html", one=one).strip())

    def name_in_line(one: object) -> Lines:
        """The body may have chosen to hide the names of those who wait."""
        shows = rules_of(db, meeting, meeting.item_id).shows_names
        return name(one) if shows else say(WORDS["hidden"])

    def still(lang: str) -> str:
        time = language.time_of_day(meeting.starts_at, lang, meeting.zone)
        return Markup.escape(language.translate(lang, STILL[kind_of_pause(meeting)], time=time))

    return {
        "now": standing(db, meeting),
        "words": WORDS,
        "kinds": KINDS,
        "say": say,
        "clock_words": {word: say(text) for word, text in CLOCK.items()},
        "name_of": name,
        "name_in_line": name_in_line,
        "titles": titles,
        "still": both(first, still) if meeting.state in STILL else [],
        "poll": poll_board(db, meeting),
        "answers": ANSWERS,
        "written": lambda write: both(first, lambda lang: Markup.escape(write(lang))),
        "pause_clock": pause_clock(db, meeting),
        "pause_words": {word: say(text) for word, text in PAUSE_CLOCK.items()},
    }


def kind_of_pause(meeting: Meeting) -> str:
    """A key of STILL."""
    if meeting.state == RECESS and meeting.is_in_closed_session:
        return "closed"
    return "interrupted" if meeting.state == RECESS and meeting.is_queue_frozen else meeting.state


def pause_clock(db: Session, meeting: Meeting) -> Clock | None:
    """Counts down to when the meeting goes on where that is known, else up from when it stopped."""
    if meeting.state != RECESS:
        return None
    disruption = disruption_under_way(db, meeting.id)
    if disruption and not meeting.is_in_closed_session:
        return countdown(disruption.began_at, may_reconvene_at(disruption.began_at))
    recess = recess_under_way(db, meeting.id)
    return countdown(recess.began_at, recess.resumes_at) if recess else None


def titles(meeting: Meeting, item: AgendaItem) -> Sequence[tuple[str, str]]:
    """The item's title in each language that it has, the meeting's own first."""
    known = {item.text(lang).lang: item.text(lang).title for lang in (meeting.language, *LANGUAGES)}
    return list(known.items())


panels = [Panel("hall", "room/_hall.html", hall, page=HALL)]


@reads("public")
def show(request: Request, db: Session) -> Response:
    """Page and stamp come from one state of the database."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    return page(
        request,
        "room/hall.html",
        meeting=meeting,
        panel=panels[0].html(db, meeting.id, meeting.language),
        since=record.head(db, meeting.id),
    )


async def watch(socket: WebSocket) -> None:
    """The display's own socket: it is sent the one panel and nothing else."""
    meeting_id = socket.path_params["meeting_id"]
    meeting = await database(socket).read(lambda db: public_meeting(db, meeting_id))
    hub: Hub = socket.app.state.hub
    await socket.accept()
    await hub.watch(socket, meeting_id, lang=meeting.language, staff=False, page=HALL)


marked(watch, "public")

routes = [
    Route("/meetings/{meeting_id}/hall", show),
    WebSocketRoute("/meetings/{meeting_id}/hall/live", watch),
]
