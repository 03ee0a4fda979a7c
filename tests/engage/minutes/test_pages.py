"""The minutes' pages and files: who sees them when, what a clerk does, and that all say the same."""

import html
import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.table import Table
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage.minutes.gathering import gather
from meetings.minutes.paper import Paper
from meetings.minutes.wording import put_in_words
from meetings.models import AgendaItem, Meeting
from meetings.rules import fingerprint
from tests import make
from tests.engage.minutes.story import Evening, after, hold_meeting
from tests.make import Cast, kinds, queries_for, send
from tests.meetings.minutes.papers import missing

PUBLIC = ("", ".docx", ".pdf")


def evening(cast: Cast, **over: bool) -> Evening:
    return cast.db.write_now(lambda db: hold_meeting(db, db.merge(cast.city.body), **over))


def publish(cast: Cast, of: Evening) -> TestClient:
    clerk = cast.clerk
    clerk.post(f"/clerk/meetings/{of.meeting_id}/minutes/publication")
    return clerk


def paper_of(cast: Cast, of: Evening, lang: str = "en") -> Paper:
    def read(db: Session) -> Paper:
        meeting = db.get_one(Meeting, of.meeting_id)
        return put_in_words(gather(db, meeting, lang, city="Alder Bay"), lang)

    return cast.read(read)


def words_of_page(text: str) -> str:
    main = text.split("<main", 1)[1].split("</main>", 1)[0]
    return html.unescape(re.sub(r"<[^>]+>", "", main))


def words_of_docx(content: bytes) -> str:
    blocks = list(Document(BytesIO(content)).iter_inner_content())
    texts = [[c.text for r in b.rows for c in r.cells] if isinstance(b, Table) else [b.text] for b in blocks]
    return "\n".join(text for each in texts for text in each)


def words_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_page_docx_and_pdf_tell_the_same_in_the_same_order(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    at, paper, anyone = f"/meetings/{of.meeting_id}/minutes", paper_of(cast, of), cast.resident()
    copies = (
        words_of_page(anyone.get(at).text),
        words_of_docx(anyone.get(f"{at}.docx").content),
        words_of_pdf(anyone.get(f"{at}.pdf").content),
    )
    assert [missing(copy, paper) for copy in copies] == [[], [], []]


def test_nobody_but_the_clerk_sees_minutes_that_are_not_published(cast: Cast) -> None:
    of = evening(cast)
    at = f"/meetings/{of.meeting_id}/minutes"
    assert [cast.resident().get(at + end).status_code for end in PUBLIC] == [404, 404, 404]
    assert [cast.clerk.get(f"/clerk{at}{end}").status_code for end in PUBLIC] == [200, 200, 200]
    assert [cast.signed_in("stranger").get(f"/clerk{at}{end}").status_code for end in PUBLIC] == [
        404,
        404,
        404,
    ]
    publish(cast, of)
    assert [cast.resident().get(at + end).status_code for end in PUBLIC] == [200, 200, 200]


def test_a_live_meeting_has_a_preview_and_cannot_be_published(cast: Cast) -> None:
    of = evening(cast, is_adjourned=False)
    at = f"/clerk/meetings/{of.meeting_id}/minutes"
    assert "Publish the draft minutes" not in cast.clerk.get(at).text
    assert cast.clerk.post(f"{at}/publication").status_code == 409
    assert cast.resident().get(f"/meetings/{of.meeting_id}/minutes").status_code == 404


def test_before_the_opening_there_is_nothing_to_preview(cast: Cast) -> None:
    assert cast.clerk.get(f"/clerk/meetings/{cast.city.draft.id}/minutes").status_code == 404


def test_the_meetings_page_leads_to_the_minutes_once_they_are_published(cast: Cast) -> None:
    of = evening(cast)
    link = f'<a href="/meetings/{of.meeting_id}/minutes">Draft minutes, not yet approved</a>'
    before = cast.resident().get(f"/meetings/{of.meeting_id}").text
    publish(cast, of)
    after_it = cast.resident().get(f"/meetings/{of.meeting_id}").text
    assert (before.count(link), after_it.count(link)) == (0, 1)


def test_they_are_published_once(cast: Cast) -> None:
    of = evening(cast)
    clerk = publish(cast, of)
    assert clerk.post(f"/clerk/meetings/{of.meeting_id}/minutes/publication").status_code == 409
    assert cast.read(lambda db: kinds(db, of.meeting_id)).count("minutes.published") == 1


def test_a_summary_is_written_changed_and_taken_out(cast: Cast) -> None:
    of = evening(cast)
    clerk, at = cast.clerk, f"/clerk/meetings/{of.meeting_id}/minutes"
    first = send(clerk, f"{at}/{of.lane_id}/note", text="Staff showed plans.", seen=fingerprint(""))
    assert (first.status_code, first.headers["location"]) == (303, f"{at}#{of.lane_id}")
    assert "Staff showed plans." in clerk.get(at).text
    send(clerk, f"{at}/{of.lane_id}/note", text="", seen=fingerprint("Staff showed plans."))
    assert "Staff showed plans." not in clerk.get(at).text
    assert cast.read(lambda db: kinds(db, of.meeting_id))[-2:] == ["minutes.noted", "minutes.noted"]


def test_a_remark_on_everything_stands_first(cast: Cast) -> None:
    of = evening(cast)
    clerk, at = cast.clerk, f"/clerk/meetings/{of.meeting_id}/minutes"
    sent = send(clerk, f"{at}/general/note", text="A long evening.", seen=fingerprint(""))
    assert sent.headers["location"] == f"{at}#remark"
    assert [part.title for part in paper_of(cast, of).parts][:2] == ["The meeting", "Remark"]


def test_what_another_clerk_wrote_meanwhile_is_not_overwritten(cast: Cast) -> None:
    of = evening(cast)
    clerk, at = cast.clerk, f"/clerk/meetings/{of.meeting_id}/minutes/{of.lane_id}/note"
    send(clerk, at, text="Theirs.", seen=fingerprint(""))
    mine = send(cast.signed_in("admin"), at, text="Mine.", seen=fingerprint(""))
    assert mine.status_code == 409
    assert "Mine.</textarea>" in mine.text and "<p>Theirs.</p>" in mine.text
    again = send(clerk, at, text="Mine.", seen=fingerprint("Theirs."))
    assert again.status_code == 303


def test_a_text_that_is_too_long_comes_back_with_its_complaint(cast: Cast) -> None:
    of = evening(cast)
    at = f"/clerk/meetings/{of.meeting_id}/minutes/{of.lane_id}/note"
    answer = send(cast.clerk, at, text="x" * 8001, seen=fingerprint(""))
    assert answer.status_code == 422
    assert "This is 8001 characters long; at most 8000 fit." in answer.text
    assert "x" * 8001 in answer.text


def test_a_note_on_another_meetings_item_is_not_found(cast: Cast) -> None:
    of = evening(cast)
    at = f"/clerk/meetings/{of.meeting_id}/minutes/{cast.city.item.id}/note"
    assert cast.clerk.get(at).status_code == 404


def approve(cast: Cast, of: Evening, day: str) -> Any:
    clerk = cast.clerk
    with after(60 * 24 * 20):
        token = cast.db.write_now(lambda db: make.people.sign_in(db, cast.city.clerk.id))
        clerk.cookies.set(make.people.SESSION_COOKIE, token)
        return clerk.post(f"/clerk/meetings/{of.meeting_id}/minutes/approval", data={"approved_on": day})


def test_approved_minutes_say_when_and_take_no_more_notes(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    assert approve(cast, of, "2026-12-08").status_code == 303
    at = f"/meetings/{of.meeting_id}/minutes"
    sentence = "Approved minutes, approved on December 8, 2026"
    assert cast.resident().get(at).text.count(sentence) == 1
    assert sentence in words_of_pdf(cast.resident().get(f"{at}.pdf").content)
    note = send(cast.clerk, f"/clerk{at}/{of.lane_id}/note", text="Too late.", seen=fingerprint(""))
    assert note.status_code == 409
    entry = cast.read(lambda db: make.record.of_kinds(db, [of.meeting_id], ["minutes.approved"]))[0]
    assert (entry.facts["on"], sorted(entry.facts["papers"])) == ("2026-12-08", ["en", "es"])


def test_approved_minutes_stay_as_they_were_approved(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    approve(cast, of, "2026-12-08")

    def rename(db: Session) -> None:
        item = db.get_one(AgendaItem, of.lane_id)
        item.texts[0].title = "Something else"

    cast.db.write_now(rename)
    text = cast.resident().get(f"/meetings/{of.meeting_id}/minutes").text
    assert (text.count("Bike lane on Elm Street"), text.count("Something else")) == (1, 0)
    spanish = cast.resident().get(f"/meetings/{of.meeting_id}/minutes?lang=es").text
    assert spanish.count("Carril bici") == 1


def test_the_day_of_approval_must_be_one(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    wrong = {day: approve(cast, of, day) for day in ("", "8 December", "2026-11-22", "2027-01-01")}
    assert [answer.status_code for answer in wrong.values()] == [422] * 4
    assert "Please give a date, such as 2026-12-08." in wrong["8 December"].text
    assert 'value="2027-01-01"' in wrong["2027-01-01"].text


def test_what_is_not_published_is_not_approved(cast: Cast) -> None:
    of = evening(cast)
    assert approve(cast, of, "2026-12-08").status_code == 409


def test_the_files_say_what_they_are(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    docx, pdf = (cast.resident().get(f"/meetings/{of.meeting_id}/minutes.{end}") for end in ("docx", "pdf"))
    assert (docx.headers["content-type"], docx.headers["content-disposition"]) == (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        'attachment; filename="minutes-2026-11-23.docx"',
    )
    assert (pdf.headers["content-type"], pdf.headers["content-disposition"], pdf.content[:5]) == (
        "application/pdf",
        'inline; filename="minutes-2026-11-23.pdf"',
        b"%PDF-",
    )


def test_spanish_readers_get_their_words_and_titles(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    page = cast.resident(**{"accept-language": "es"}).get(f"/meetings/{of.meeting_id}/minutes").text
    assert '<h2 id="general" dir="auto">Comentario público general</h2>' in page
    assert f'<h2 id="{of.lane_id}" lang="es" dir="auto">2 Carril bici</h2>' in page
    assert "lunes, 23 de noviembre de 2026" in page
    pdf = cast.resident().get(f"/meetings/{of.meeting_id}/minutes.pdf?lang=es").content
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == "es"


def test_words_carry_their_language(cast: Cast) -> None:
    of = evening(cast)
    publish(cast, of)
    page = cast.resident().get(f"/meetings/{of.meeting_id}/minutes?lang=es").text
    assert '<blockquote lang="en" dir="auto">Strike 14th, insert 12th.</blockquote>' in page
    assert '<caption lang="en">Which evening suits you?</caption>' in page


def test_the_preview_costs_the_same_for_a_short_and_a_long_evening(cast: Cast) -> None:
    of = evening(cast)
    at = f"/clerk/meetings/{of.meeting_id}/minutes"

    def lengthen(db: Session) -> None:
        meeting = db.get_one(Meeting, of.meeting_id)
        for place in range(5, 9):
            make.item(db, meeting, f"Item {place}", place=place)

    first = queries_for(cast, cast.clerk, at)
    cast.db.write_now(lengthen)
    assert (first, queries_for(cast, cast.clerk, at)) == (32, 32)
