"""The form of one agenda item: its fields, and how they are read."""

from engage.forms import Form
from engage.language import LANGUAGES, N_
from meetings.agenda.actions import Wanted, Words
from meetings.agenda.outline import LONGEST_TITLE
from meetings.models import ITEM, ITEM_KINDS, AgendaItem, Meeting

LONGEST_DESCRIPTION = 10_000
LONGEST_MINUTES = 600


def languages_of(meeting: Meeting) -> list[str]:
    """The meeting's own first, then those that a text may be given in besides."""
    return [meeting.language, *(lang for lang in LANGUAGES if lang != meeting.language)]


def blank_values() -> dict[str, str]:
    return {"kind": ITEM}


def values_in_form(item: AgendaItem) -> dict[str, str]:
    words = {f"title_{text.lang}": text.title for text in item.texts}
    words |= {f"description_{text.lang}": text.description for text in item.texts}
    return {"kind": item.kind, "minutes": str(item.minutes or ""), **words}


def read_item(form: Form, meeting: Meeting) -> Wanted | None:
    """None when something is wrong; the form then says what."""
    words = tuple(
        each for lang in languages_of(meeting) if (each := _read_words(form, lang, lang == meeting.language))
    )
    minutes = form.number("minutes", least=1, most=LONGEST_MINUTES)
    kind = form.choice("kind", ITEM_KINDS)
    return None if form.is_wrong else Wanted(kind, words, minutes)


def _read_words(form: Form, lang: str, is_own: bool) -> Words | None:
    title = form.text(f"title_{lang}", most=LONGEST_TITLE, needed=is_own)
    description = form.text(f"description_{lang}", most=LONGEST_DESCRIPTION, lines=True)
    if description and not title:
        form.say(f"title_{lang}", N_("Please give a title in this language, too."))
    return Words(lang, title, description) if title else None
