"""The table of dates, however a spreadsheet has written it; each mistake with its line."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import clock
from tests.make import EPOCH
from transcripts.imports.reading import decoded
from transcripts.imports.table import Defaults, Row, read_table

DEFAULTS = Defaults(body="City Council", language="en", zone="America/Los_Angeles", time="18:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file, one below, and a link that leads out of it."""
    home = tmp_path / "old"
    (home / "2019").mkdir(parents=True)
    for path in (home / "a.mp3", home / "2019" / "Sitzung März.mp3", home / "a.vtt", tmp_path / "secret.mp3"):
        path.write_bytes(b"x")
    (home / "link.mp3").symlink_to(tmp_path / "secret.mp3")
    return home


def rows(text: str, folder: Path) -> list[Row]:
    found, faults = read_table(text, folder, DEFAULTS)
    assert faults == []
    return found


def faults(text: str, folder: Path) -> list[str]:
    with clock.set_to(EPOCH):
        return [str(fault) for fault in read_table(text, folder, DEFAULTS)[1]]


def test_columns_in_any_order_and_what_is_not_said_by_default(folder: Path) -> None:
    (row,) = rows("Date,FILE\n2019-03-05,a.mp3\n", folder)
    assert row == Row(
        line=2,
        path=folder / "a.mp3",
        starts_at=datetime.fromisoformat("2019-03-06T02:00:00Z"),
        zone="America/Los_Angeles",
        title="",
        body="City Council",
        language="en",
        transcript=None,
    )


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_spreadsheets_own_ways(folder: Path, mark: str, encoding: str) -> None:
    cells = ["file", "date", "time", "zone", "title", "body", "language", "transcript"]
    said = [
        '"2019\\Sitzung März.mp3"',
        "2019-07-01",
        "9:30",
        "Europe/Berlin",
        '"März\nund mehr"',
        "Rat",
        "es",
        "a.vtt",
    ]
    text = f"\r\n{mark.join(cells)}\r\n\r\n{mark.join(said)}\r\n{mark * 7}\r\n"
    (row,) = rows(decoded(text.encode(encoding)), folder)
    assert (row.line, row.path, row.transcript) == (4, folder / "2019" / "Sitzung März.mp3", folder / "a.vtt")
    assert (row.title, row.body, row.language, row.zone) == ("März und mehr", "Rat", "es", "Europe/Berlin")
    assert row.starts_at == datetime.fromisoformat("2019-07-01T07:30:00Z")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("../secret.mp3,2019-03-05,", "../secret.mp3 is outside of the folder."),
        ("/etc/passwd,2019-03-05,", "/etc/passwd is outside of the folder."),
        ("link.mp3,2019-03-05,", "link.mp3 is outside of the folder."),
        ("2019,2019-03-05,", "2019 is not in the folder."),
        ("b.mp3,2019-03-05,", "b.mp3 is not in the folder."),
        ("a\x00.mp3,03/05/2019,", "“03/05/2019 18:00” is no date and time. Write 2026-11-30 and 18:30."),
        (f"{'x' * 300}.mp3,2019-03-05,", f"{'x' * 300}.mp3 is not in the folder."),
        (",2019-03-05,", "No file is named."),
        ("a.mp3,2019-02-30,", "“2019-02-30 18:00” is no date and time. Write 2026-11-30 and 18:30."),
        ("a.mp3,2019-03-05,six", "“2019-03-05 six” is no date and time. Write 2026-11-30 and 18:30."),
        ("a.mp3,2019-03-10,02:30", "On 2019-03-10 the clocks in America/Los_Angeles skip 02:30."),
        ("a.mp3,2026-12-01,", "2026-12-01 is still to come."),
        ("a.mp3,2019-03-05,,more", "There are more fields here than columns."),
    ],
)
def test_a_row_that_cannot_be(folder: Path, row: str, says: str) -> None:
    assert faults(f"file,date,time\n{row}\n", folder) == [f"Line 2: {says}"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Line 1: The table is empty."),
        ("file,day\n", "Line 1: There is no column “day”. The first line names columns: "),
        ("file,file,date\n", "Line 1: The column “file” is there more than once."),
        ("file,title\n", "Line 1: The column “date” is missing."),
        ("file,date,zone\na.mp3,2019-03-05,Mars", "Line 2: Mars is no time zone."),
        ("file,date,language\na.mp3,2019-03-05,tlh", "Line 2: tlh is no language here. There are en and es."),
        ('file,date\n"a.mp3"x,2019-03-05', "Line 1: This is no CSV: "),
        ("file,date\na.mp3,2019-03-05\n./a.mp3,2020-03-05", "Line 3: ./a.mp3 is in line 2, too."),
    ],
)
def test_a_table_that_cannot_be(folder: Path, text: str, says: str) -> None:
    (told,) = faults(text, folder)
    assert told[: len(says)] == says


def test_without_a_body_the_row_says_how_to_name_one(folder: Path) -> None:
    _, found = read_table("file,date\na.mp3,2019-03-05\n", folder, Defaults("", "en", "UTC", "18:00"))
    assert [fault.says for fault in found] == [
        "Which body? Name it in a column “body”, or for all rows with --body."
    ]


def test_the_hour_that_comes_twice_is_the_first(folder: Path) -> None:
    (row,) = rows("file,date,time\na.mp3,2019-11-03,01:30\n", folder)
    assert row.starts_at == datetime.fromisoformat("2019-11-03T08:30:00Z")


@given(st.text(st.sampled_from('file,date\n;\t"\r\x00a.mp3/2019-03-05é '), max_size=200))
def test_anything_is_rows_or_plain_sentences(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    found, wrong = read_table(f"file,date\n{text}", tmp_path_factory.getbasetemp(), DEFAULTS)
    assert (found, all(str(fault).endswith(".") for fault in wrong)) == ([], True)
