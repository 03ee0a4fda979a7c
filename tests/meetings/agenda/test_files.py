"""Documents: taken in, checked, shown, removed; never debris."""

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from sqlalchemy import select
from starlette.testclient import TestClient

from engage.settings import Settings
from meetings.agenda import upload
from meetings.models import Attachment
from tests.make import Cast, kinds, send


def pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def url(cast: Cast) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/agenda/{cast.city.item.id}/files"


def attach(cast: Cast, client: TestClient, content: bytes, name: str = "Report.pdf") -> Any:
    return client.post(url(cast), files={"file": (name, content, "application/pdf")})


def rows(cast: Cast) -> list[Attachment]:
    found: list[Attachment] = cast.read(lambda db: list(db.scalars(select(Attachment))))
    return found


def on_disk(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.files.rglob("*") if path.is_file())


def test_a_document_is_attached_and_everyone_reads_it(cast: Cast, settings: Settings) -> None:
    content = pdf(3)
    answer = attach(cast, cast.clerk, content, "C:\\Reports\\Informe ñ.pdf")
    assert (answer.status_code, answer.headers["location"]) == (303, url(cast))
    (file,) = rows(cast)
    assert (file.name, file.pages, file.size) == ("Informe ñ.pdf", 3, len(content))
    assert on_disk(settings) == [settings.files / "agenda" / f"{file.id}.pdf"]
    public = f"/meetings/{cast.city.meeting.id}"
    assert f"{public}/files/{file.id}" in cast.anyone.get(public).text
    read = cast.anyone.get(f"{public}/files/{file.id}")
    assert (read.status_code, read.content) == (200, content)
    headers = {name: read.headers[name] for name in ("content-type", "x-content-type-options")}
    assert headers == {"content-type": "application/pdf", "x-content-type-options": "nosniff"}
    assert read.headers["content-disposition"] == "inline; filename*=utf-8''Informe%20%C3%B1.pdf"
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-1] == "file.added"
    assert "Document added" in cast.anyone.get(public).text


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"hello", "This file is not a PDF."),
        (b"<html>%PDF</html>", "This file is not a PDF."),
        (b"%PDF-1.7\nnot really", "This PDF is damaged"),
        (pdf()[:-200], "This PDF is damaged"),
        (locked(), "This PDF is protected."),
        (b"", "Please choose a file."),
    ],
    ids=["text", "html", "head only", "cut off", "password", "empty"],
)
def test_what_is_no_readable_pdf_is_refused_and_leaves_nothing(
    cast: Cast, settings: Settings, content: bytes, complaint: str
) -> None:
    answer = attach(cast, cast.clerk, content)
    assert answer.status_code == 422
    assert 'id="f-file-error"' in answer.text
    assert complaint in answer.text
    assert (rows(cast), on_disk(settings)) == ([], [])


def test_no_file_and_no_form_are_refused(cast: Cast, settings: Settings) -> None:
    clerk = cast.clerk
    assert clerk.post(url(cast), data={"key": "x"}).status_code == 422
    assert clerk.post(url(cast), content=b"", headers={"content-type": "text/plain"}).status_code == 422
    broken = {"content-type": "multipart/form-data; boundary=x"}
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + pdf()
    for body in (b"--y\r\n", cut):
        assert clerk.post(url(cast), content=body, headers=broken).status_code == 422
    assert (rows(cast), on_disk(settings)) == ([], [])


def test_too_large_a_file_is_refused_and_leaves_nothing(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "LARGEST", 2 * upload.MIB)
    for size in (2 * upload.MIB + 1, 4 * upload.MIB, 9 * upload.MIB):
        answer = attach(cast, cast.clerk, b"%PDF-1.7" + bytes(size))
        assert answer.status_code == 422
        assert "at most 2 MB fit" in answer.text
    assert (rows(cast), on_disk(settings)) == ([], [])


def test_the_same_document_sent_twice_is_one(cast: Cast, settings: Settings) -> None:
    clerk, content = cast.clerk, pdf()
    for _ in range(2):
        assert attach(cast, clerk, content).status_code == 303
    assert (len(rows(cast)), len(on_disk(settings))) == (1, 1)
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("file.added") == 1


def test_a_removed_document_is_gone_and_its_removal_told(cast: Cast, settings: Settings) -> None:
    clerk = cast.clerk
    attach(cast, clerk, pdf())
    (file,) = rows(cast)
    answer = clerk.post(f"{url(cast)}/{file.id}/removal", data={})
    assert answer.status_code == 303
    assert (rows(cast), on_disk(settings)) == ([], [])
    public = f"/meetings/{cast.city.meeting.id}"
    assert cast.anyone.get(f"{public}/files/{file.id}").status_code == 404
    page = cast.anyone.get(public).text
    assert ("Document removed" in page, "Report.pdf" in page) == (True, True)


def test_deleting_a_drafts_item_deletes_its_files(cast: Cast, settings: Settings) -> None:
    clerk, draft = cast.clerk, f"/clerk/meetings/{cast.city.draft.id}/agenda"
    send(clerk, draft, title_en="a", kind="item")
    item = clerk.get(draft).text.split('data-item="', 1)[1].split('"', 1)[0]
    clerk.post(f"{draft}/{item}/files", files={"file": ("a.pdf", pdf(), "application/pdf")})
    (file,) = rows(cast)
    assert cast.anyone.get(f"/meetings/{cast.city.draft.id}/files/{file.id}").status_code == 404
    mine = clerk.get(f"/clerk/meetings/{cast.city.draft.id}/files/{file.id}")
    assert (mine.status_code, mine.content[:5]) == (200, b"%PDF-")
    assert send(clerk, f"{draft}/{item}/removal").status_code == 303
    assert on_disk(settings) == []


def test_a_file_is_found_under_its_own_meeting_only(cast: Cast) -> None:
    clerk = cast.clerk
    attach(cast, clerk, pdf())
    (file,) = rows(cast)
    other = f"/clerk/meetings/{cast.city.draft.id}"
    assert clerk.get(f"{other}/files/{file.id}").status_code == 404
    assert cast.anyone.get(f"/meetings/{cast.city.meeting.id}/files/unknown").status_code == 404
    stranger = cast.signed_in("stranger")
    assert attach(cast, stranger, pdf()).status_code == 404
    assert attach(cast, cast.resident(), pdf()).status_code == 303  # to the sign-in
    assert stranger.get(f"/clerk/meetings/{cast.city.meeting.id}/files/{file.id}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("\u202egnp.pdf\n", "gnp.pdf"),
        ("..", ".."),
        ("/", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 200 + ".pdf"),
    ],
)
def test_a_files_name_is_only_its_last_part(typed: str, kept: str) -> None:
    assert upload.file_name(typed) == kept
