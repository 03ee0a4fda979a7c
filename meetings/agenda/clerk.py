"""The clerk's agenda builder: items are added, changed, moved, withdrawn and put back."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.agenda import actions, attachments, order, queries, rules
from meetings.agenda.form import blank_values, languages_of, read_item, values_in_form
from meetings.desk import clerks
from meetings.models import DRAFT, ITEM_KINDS, AgendaItem, Meeting
from meetings.queries import agenda, agenda_item, flat
from meetings.rules import may_be_edited, may_be_rearranged

LONGEST_NOTE = 500


def meeting_and_item(request: Request, db: Session) -> tuple[Meeting, AgendaItem]:
    meeting = clerks(request, db)
    return meeting, agenda_item(db, meeting, request.path_params["item_id"])


def builder(meeting: Meeting, focus: str = "") -> Response:
    """Back to the agenda, with the keyboard where it was."""
    return back(f"/clerk/meetings/{meeting.id}/agenda" + (f"?focus={focus}" if focus else ""))


def view(db: Session, meeting: Meeting) -> dict[str, Any]:
    lines = queries.lines(db, meeting.id)
    is_draft = meeting.state == DRAFT
    steps = rules.MOVES if is_draft else ("up", "down")
    return {
        "meeting": meeting,
        "rows": list(zip(lines, flat(agenda(db, meeting.id)), strict=True)),
        "moves": {line.id: rules.possible_moves(lines, line.id) & set(steps) for line in lines},
        "steps": steps,
        "kinds": ITEM_KINDS,
        "item_languages": languages_of(meeting),
        "is_draft": is_draft,
        "may_edit": may_be_edited(meeting.state),
        "may_rearrange": may_be_rearranged(meeting.state),
    }


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    focus = request.query_params.get("focus", "")
    form = new_form(request, **blank_values(), after=request.query_params.get("after", ""))
    return page(request, "meetings/agenda/builder.html", form=form, focus=focus, **view(db, meeting))


@writes("clerk")
def add(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    wanted = read_item(form, meeting)
    lines = queries.lines(db, meeting.id)
    after = form.choice("after", [line.id for line in lines], needed=False)
    shown = {"focus": "", **view(db, meeting)}
    if form.is_wrong or wanted is None:
        return page(request, "meetings/agenda/builder.html", status=422, form=form, **shown)
    try:
        is_under = bool(after) and form.ticked("under")
        by = staff(request).actor
        actions.add_item(db, meeting, wanted, by=by, after=after, is_under=is_under)
    except Refused as refusal:
        return refuse(request, refusal, "meetings/agenda/builder.html", form, **shown)
    return builder(meeting, f"f-title_{meeting.language}")


def edit_page(
    request: Request,
    meeting: Meeting,
    item: AgendaItem,
    form: Form,
    *,
    status: int = 200,
    is_conflict: bool = False,
) -> Response:
    """`is_conflict`: somebody else has changed the item since the form was opened; both are shown."""
    now = Form(values_in_form(item))
    return page(
        request, "meetings/agenda/edit.html", status=status, meeting=meeting, item=item, form=form,
        kinds=ITEM_KINDS, item_languages=languages_of(meeting),
        stamp=queries.stamp(item), now=now, is_conflict=is_conflict, is_draft=meeting.state == DRAFT,
        may_rearrange=may_be_rearranged(meeting.state),
    )  # fmt: skip


@reads("clerk")
def ask_changes(request: Request, db: Session) -> Response:
    meeting, item = meeting_and_item(request, db)
    return edit_page(request, meeting, item, new_form(request, **values_in_form(item)))


@writes("clerk")
def change(request: Request, db: Session, form: Form) -> Response:
    """The form carries the stamp of the item that it showed; if that has changed, nothing is kept."""
    meeting, item = meeting_and_item(request, db)
    wanted = read_item(form, meeting)
    if wanted is None:
        return edit_page(request, meeting, item, form, status=422)
    if form.value("seen") != queries.stamp(item):
        return edit_page(request, meeting, item, form, status=409, is_conflict=True)
    try:
        actions.change_item(db, meeting, item, wanted, by=staff(request).actor)
    except Refused as refusal:
        db.rollback()
        meeting, item = meeting_and_item(request, db)
        form.say("kind", refusal.message, **refusal.values)
        return edit_page(request, meeting, item, form, status=409)
    return builder(meeting, f"edit-{item.id}")


@writes("clerk")
def move(request: Request, db: Session, form: Form) -> Response:
    """`how` is up, down, in or out; or "before", with the item to stand before (none: at the end)."""
    meeting, item = meeting_and_item(request, db)
    how = form.choice("how", [*rules.MOVES, "before"])
    by = staff(request).actor
    if how == "before":
        before = agenda_item(db, meeting, form.value("before")).id if form.value("before") else ""
        order.place_item(db, meeting, item, before, by=by)
    elif how:
        order.move_item(db, meeting, item, how, by=by)
    return builder(meeting, f"{'edit' if how == 'before' else how}-{item.id}")


@reads("clerk")
def ask_removal(request: Request, db: Session) -> Response:
    """Removal of a draft's item, withdrawal of a published one."""
    meeting, item = meeting_and_item(request, db)
    return removal_page(request, db, meeting, item, new_form(request))


def removal_page(
    request: Request, db: Session, meeting: Meeting, item: AgendaItem, form: Form, status: int = 200
) -> Response:
    block, _ = order.block(db, meeting, item)
    template = "meetings/agenda/remove.html" if meeting.state == DRAFT else "meetings/agenda/withdraw.html"
    return page(request, template, status=status, meeting=meeting, item=item, under=block[1:], form=form)


@writes("clerk")
def remove(request: Request, db: Session, form: Form) -> Response:
    """The files go when the commit is on disk, after the answer."""
    meeting, item = meeting_and_item(request, db)
    files = actions.remove_item(db, meeting, item, by=staff(request).actor)
    response = builder(meeting)
    response.background = BackgroundTask(attachments.delete_files, request.app.state.settings, files)
    return response


@writes("clerk")
def withdraw(request: Request, db: Session, form: Form) -> Response:
    meeting, item = meeting_and_item(request, db)
    note = form.text("note", most=LONGEST_NOTE, lines=True)
    if form.is_wrong:
        return removal_page(request, db, meeting, item, form, 422)
    actions.withdraw_item(db, meeting, item, by=staff(request).actor, note=note)
    return builder(meeting, f"edit-{item.id}")


@writes("clerk")
def restore(request: Request, db: Session, form: Form) -> Response:
    meeting, item = meeting_and_item(request, db)
    actions.restore_item(db, meeting, item, by=staff(request).actor)
    return builder(meeting, f"edit-{item.id}")


AT = "/clerk/meetings/{meeting_id}/agenda"
routes = [
    Route(AT, show),
    Route(AT, add, methods=["POST"]),
    Route(f"{AT}/{{item_id}}", ask_changes),
    Route(f"{AT}/{{item_id}}", change, methods=["POST"]),
    Route(f"{AT}/{{item_id}}/move", move, methods=["POST"]),
    Route(f"{AT}/{{item_id}}/removal", ask_removal),
    Route(f"{AT}/{{item_id}}/removal", remove, methods=["POST"]),
    Route(f"{AT}/{{item_id}}/withdrawal", ask_removal),
    Route(f"{AT}/{{item_id}}/withdrawal", withdraw, methods=["POST"]),
    Route(f"{AT}/{{item_id}}/restoration", restore, methods=["POST"]),
]
