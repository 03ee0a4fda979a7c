"""The page of the city's glossary: one term a line, for every clerk."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form, clean
from engage.language import N_
from engage.people import Refused
from engage.render import page
from transcripts.vocabulary.actions import LONGEST_TERM, MOST_LETTERS, change_glossary
from transcripts.vocabulary.words import glossary

SHOWN = "transcripts/glossary.html"
TOO_LONG_TERM = N_("Line %(line)s has %(count)s characters; a term can have up to %(most)s.")


@reads("clerk")
def ask(request: Request, db: Session) -> Response:
    """`before` is what the sender has seen: only what they changed is changed."""
    shown = "\n".join(glossary(db))
    form = new_form(request, terms=shown, before=shown)
    return page(request, SHOWN, form=form, most=MOST_LETTERS, is_saved="saved" in request.query_params)


@writes("clerk")
def save(request: Request, db: Session, form: Form) -> Response:
    terms = read_terms(form)
    before = terms_of(form.value("before"))
    if form.is_wrong:
        return page(request, SHOWN, status=422, form=form, most=MOST_LETTERS, is_saved=False)
    try:
        change_glossary(
            db, add=[each for each in terms if each not in before],
            remove=[each for each in before if each not in terms], by=staff(request).actor,
        )  # fmt: skip
    except Refused as refusal:
        return refuse(request, refusal, SHOWN, form, most=MOST_LETTERS, is_saved=False)
    return back("/clerk/glossary?saved")


def read_terms(form: Form) -> list[str]:
    form.text("terms", most=MOST_LETTERS, lines=True)
    rows = clean(form.value("terms").replace("\t", " "), lines=True).split("\n")
    for number, row in enumerate(rows, 1):
        if len(row) > LONGEST_TERM:
            form.say("terms", TOO_LONG_TERM, line=number, count=len(row), most=LONGEST_TERM)
    return terms_of("\n".join(rows))


def terms_of(text: str) -> list[str]:
    """Each once, whether its letters are large or small: as it stands first."""
    rows = [row for row in clean(text, lines=True).split("\n") if row]
    return list({row.casefold(): row for row in reversed(rows)}.values())[::-1]


routes = [
    Route("/clerk/glossary", ask),
    Route("/clerk/glossary", save, methods=["POST"]),
]
