"""The clerk's acts with motions, votes and the consent calendar; all of them back to the console."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks, console
from meetings.members.roll import marked
from meetings.models import MAJORITIES, Meeting
from meetings.motions import actions, consent, queries, voting
from meetings.motions.actions import Draft
from meetings.motions.live import LABELS, ballot
from meetings.motions.models import KINDS, Motion
from meetings.motions.wording import usual_words
from meetings.queries import agenda_item

LONGEST = 4000


def meeting_and_motion(request: Request, db: Session) -> tuple[Meeting, Motion]:
    meeting = clerks(request, db)
    return meeting, queries.motion_of(db, meeting.id, request.path_params["motion_id"])


def words_of(form: Form, otherwise: str = "") -> str:
    """What was typed, or what is usual. Refused when there is neither."""
    words = form.text("words", most=LONGEST, lines=True) or otherwise
    if not words:
        raise Refused(N_("Write down the words of the motion."))
    if form.error("words"):
        raise Refused(N_("These words are too long: %(most)s characters fit."), most=LONGEST)
    return words


@writes("clerk")
def move(request: Request, db: Session, form: Form) -> Response:
    """A new motion on the item that the clerk saw as the open one, or on none."""
    meeting = clerks(request, db)
    item = agenda_item(db, meeting, form.value("item")) if form.value("item") else None
    if not form.value("mover"):
        raise Refused(N_("Choose who moves."))
    if form.value("kind") not in KINDS or form.value("threshold") not in ("", *MAJORITIES):
        raise Refused(N_("Choose a kind of motion."))
    draft = Draft(
        kind=form.value("kind"),
        words=words_of(form, usual_words(form.value("kind"), meeting, item)),
        mover_id=form.value("mover"),
        seconder_id=form.value("seconder") or None,
        threshold=form.value("threshold"),
        item_id=item.id if item else None,
    )
    actions.make_motion(db, meeting, draft, by=staff(request).actor)
    return console(meeting)


@writes("clerk")
def second(request: Request, db: Session, form: Form) -> Response:
    meeting, motion = meeting_and_motion(request, db)
    if not form.value("seconder"):
        raise Refused(N_("Choose who seconds."))
    actions.second_motion(db, meeting, motion, form.value("seconder"), by=staff(request).actor)
    return console(meeting)


@writes("clerk")
def reword(request: Request, db: Session, form: Form) -> Response:
    meeting, motion = meeting_and_motion(request, db)
    actions.reword_motion(db, meeting, motion, words_of(form), by=staff(request).actor)
    return console(meeting)


@writes("clerk")
def give_wording(request: Request, db: Session, form: Form) -> Response:
    """The words of the motion as this adopted amendment makes them."""
    meeting, amendment = meeting_and_motion(request, db)
    voting.give_wording(db, meeting, amendment, words_of(form), by=staff(request).actor)
    return console(meeting)


Act = Callable[..., object]


def on_motion(act: Act) -> Callable[[Request, Session, Form], Response]:
    """A handler for an act that needs nothing but the motion it is about."""

    def handler(request: Request, db: Session, form: Form) -> Response:
        meeting, motion = meeting_and_motion(request, db)
        act(db, meeting, motion, by=staff(request).actor)
        return console(meeting)

    return handler


def vote_page(request: Request, db: Session, meeting: Meeting, motion: Motion, form: Form) -> dict[str, Any]:
    decision = next(each for each in queries.motions_of(db, meeting.id) if each.motion.id == motion.id)
    typed = marked(form, "vote-")
    rows = [(member, typed.get(member.id, vote), seat) for member, vote, seat in ballot(db, motion)]
    return {"meeting": meeting, "decision": decision, "rows": rows, **LABELS}


@reads("clerk")
def ask_vote(request: Request, db: Session) -> Response:
    """A vote on a page of its own: to put right one that the console does not show any more."""
    meeting, motion = meeting_and_motion(request, db)
    form = new_form(request)
    return page(
        request, "meetings/motions/vote.html", form=form, **vote_page(request, db, meeting, motion, form)
    )


@writes("clerk")
def record(request: Request, db: Session, form: Form) -> Response:
    meeting, motion = meeting_and_motion(request, db)
    by, votes = staff(request).actor, marked(form, "vote-")
    try:
        voting.record_vote(db, meeting, motion, votes, by=by, seen=form.value("seen"))
    except Refused as refusal:
        if form.value("from") != "page":
            raise
        db.rollback()
        shown = vote_page(request, db, meeting, motion, form)
        return refuse(request, refusal, "meetings/motions/vote.html", form, **shown)
    return console(meeting)


@writes("clerk")
def pull(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    if not form.value("item"):
        raise Refused(N_("Choose an item."))
    item = agenda_item(db, meeting, form.value("item"))
    consent.pull_item(db, meeting, item, form.value("asked"), by=staff(request).actor)
    return console(meeting)


@writes("clerk")
def put_back(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    item = agenda_item(db, meeting, request.path_params["item_id"])
    consent.put_back(db, meeting, item, by=staff(request).actor)
    return console(meeting)


ACTS: dict[str, Act] = {
    "opening": actions.open_vote,
    "consent": voting.record_consent,
    "withdrawal": actions.withdraw_motion,
    "drop": actions.drop_motion,
}
AT = "/clerk/meetings/{meeting_id}"
ONE = f"{AT}/motions/{{motion_id}}"
routes = [
    Route(f"{AT}/motions", move, methods=["POST"]),
    Route(f"{ONE}/second", second, methods=["POST"]),
    Route(f"{ONE}/words", reword, methods=["POST"]),
    Route(f"{ONE}/amended", give_wording, methods=["POST"]),
    Route(f"{ONE}/vote", ask_vote),
    Route(f"{ONE}/vote", record, methods=["POST"]),
    *(
        Route(f"{ONE}/{word}", writes("clerk")(on_motion(act)), methods=["POST"])
        for word, act in ACTS.items()
    ),
    Route(f"{AT}/pulled", pull, methods=["POST"]),
    Route(f"{AT}/items/{{item_id}}/put-back", put_back, methods=["POST"]),
]
