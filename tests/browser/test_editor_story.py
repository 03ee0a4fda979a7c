"""A transcript is corrected by keyboard alone while it plays, by two at once, and through a lost network."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engage import demo
from meetings.models import Meeting
from tests import make
from tests.browser.conftest import DESK, PHONE, House, Windows
from transcripts import queries
from transcripts.editing.actions import correct_line, speaker_named
from transcripts.models import Recording
from transcripts.rules import file_of

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SAID = (
    "Good evening and welcome to the regular meeting.",
    "We come to the harbour bike lane. Thank you Mayor.",
    "I have lived on Elm Street",
    "for thirteen years.",
    "The list is closed.",
)


@pytest.fixture
def recorded(house: House) -> str:
    """The recording's id: the demonstration's sound, with lines of our own."""
    made: str = house.write(lambda db: plant(db, house))
    path = file_of(house.settings, made)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(demo.__file__).parent / "meeting.opus", path)
    return made


def plant(db: Session, house: House) -> str:
    meeting = db.get_one(Meeting, house.city.meeting.id)
    made = make.transcript(
        db, meeting, *SAID, unsure="harbour thirteen", kind="audio/ogg", duration_ms=100_000
    )
    return made.id


def editor_url(house: House, recording_id: str) -> str:
    return f"{house.url}/clerk/meetings/{house.city.meeting.id}/transcript?recording={recording_id}"


def open_editor(windows: Windows, recording_id: str, **options: Any) -> Page:
    page = windows.clerk(editor_url(windows.house, recording_id), **{"size": DESK} | options)
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    return page


def texts(house: House, recording_id: str) -> list[tuple[str, str]]:
    """Every line with its speaker's name."""

    def read(db: Session) -> list[tuple[str, str]]:
        lines = queries.lines_of(db, recording_id)
        return [(line.text, line.speaker.public_name if line.speaker else "") for line in lines]

    found: list[tuple[str, str]] = house.read(read)
    return found


def correct_beside(
    house: House, recording_id: str, place: int, text: str | None = None, name: str = ""
) -> None:
    """Another clerk says what a line says, or who says it."""

    def work(db: Session) -> None:
        line = queries.lines_of(db, recording_id)[place]
        made = db.get_one(Recording, recording_id)
        by = f"account:{house.city.admin.id}"
        said = line.text if text is None else text
        who = speaker_named(db, made.meeting_id, name) if name else line.speaker
        correct_line(db, made, line, said, version=line.version, by=by, speaker=who)

    house.write(work)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        if key.startswith("="):
            page.keyboard.type(key[1:])
        else:
            page.keyboard.press(key)


def player(page: Page, what: str) -> Any:
    return page.locator("#player").evaluate(f"player => player.{what}")


def line(page: Page, n: int) -> Any:
    return page.locator("#lines > li").nth(n)


def field(page: Page, n: int) -> Any:
    return line(page, n).locator("textarea")


def test_a_transcript_is_corrected_by_keyboard_alone_while_it_plays(
    windows: Windows, house: House, recorded: str
) -> None:
    page = open_editor(windows, recorded)
    press(page, "Space")
    make.wait_for(lambda: player(page, "currentTime") > 0.2)
    press(page, ".", "Enter")
    assert player(page, "playbackRate") == 1.25
    expect(field(page, 0)).to_be_focused()
    press(page, "Control+a", "=Good evening, and welcome to the regular meeting.", "Control+Enter")
    expect(field(page, 1)).to_be_focused()
    expect(line(page, 0).locator(".said")).to_have_text("Good evening, and welcome to the regular meeting.")
    expect(line(page, 0)).to_contain_text("Corrected")
    expect(page.locator("#standing")).to_contain_text("1 of 5 lines reviewed")

    press(page, "Control+a", "=We come to the Harbor bike lane. Thank you, Mayor.", "Alt+l")
    make.wait_for(lambda: 2.7 <= player(page, "currentTime") <= 4.3)
    expect(page.get_by_role("button", name="Loop the line")).to_have_attribute("aria-pressed", "true")
    press(page, "Home", *["Control+ArrowRight"] * 7, "Alt+Enter")
    expect(page.locator("#lines > li")).to_have_count(6)
    expect(field(page, 2)).to_be_focused()
    expect(field(page, 2)).to_have_value("Thank you, Mayor.")

    press(page, "Alt+n", "Tab", "=Ben Whitfield", "Control+Enter")
    expect(line(page, 2).locator(".speaker")).to_have_text("Ben Whitfield")
    expect(field(page, 3)).to_be_focused()
    press(page, "Alt+m")
    expect(page.locator("#lines > li")).to_have_count(5)
    expect(field(page, 3)).to_have_value("I have lived on Elm Street for thirteen years.")
    press(page, *["ArrowRight"] * 4, "Control+Shift+ArrowRight", "=thirty ", "Alt+n", "=Ben", "Control+Enter")
    expect(line(page, 3).locator(".said")).to_have_text("I have lived on Elm Street for thirty years.")
    expect(field(page, 4)).to_be_focused()

    press(page, "Alt+x")
    expect(line(page, 4)).to_contain_text("Taken out")
    press(page, "Alt+z")
    expect(line(page, 4).locator(".said")).to_have_text("The list is closed.")
    press(page, "Escape", "Control+Enter")
    expect(page.locator("#standing")).to_contain_text("5 of 5 lines reviewed")
    expect(page.locator("#standing")).to_contain_text("Reviewed by the clerk")
    assert not player(page, "paused"), "it has played on all the time"
    assert texts(house, recorded) == [
        ("Good evening, and welcome to the regular meeting.", ""),
        ("We come to the Harbor bike lane.", ""),
        ("Thank you, Mayor.", "Ben Whitfield"),
        ("I have lived on Elm Street for thirty years.", "Ben Whitfield"),
        ("The list is closed.", ""),
    ]


def test_of_two_editors_of_one_line_neither_loses_a_word(
    windows: Windows, house: House, recorded: str
) -> None:
    page = open_editor(windows, recorded)
    line(page, 3).locator(".said").click()
    press(page, "Control+a", "=for thirty years")
    correct_beside(house, recorded, 3, "for 13 years.")
    correct_beside(house, recorded, 4, "The list is closed now.")
    expect(line(page, 4).locator(".said")).to_have_text("The list is closed now.")
    press(page, "=.")
    expect(field(page, 3)).to_have_value("for thirty years.")
    expect(field(page, 3)).to_be_focused()
    press(page, "Control+Enter")
    answer = line(page, 3).locator(".answer")
    expect(answer).to_contain_text("admin has changed this line meanwhile")
    expect(answer.locator("del")).to_have_text("13 ")
    expect(answer.locator("ins")).to_have_text("thirty ")
    expect(field(page, 3)).to_have_value("for thirty years.")
    expect(field(page, 4)).to_be_focused()
    expect(page.locator("#stuck")).to_contain_text("0:09")
    press(page, "Alt+ArrowUp", "Control+Enter")
    expect(line(page, 3).locator(".said")).to_have_text("for thirty years.")
    expect(page.locator("#stuck")).to_be_hidden()
    assert [text for text, _ in texts(house, recorded)][3:] == [
        "for thirty years.",
        "The list is closed now.",
    ]


def test_who_speaks_may_be_said_by_another_while_the_text_is_typed(
    windows: Windows, house: House, recorded: str
) -> None:
    page = open_editor(windows, recorded)
    line(page, 3).locator(".said").click()
    press(page, "Control+a", "=for thirty years.")
    correct_beside(house, recorded, 3, name="Ben Whitfield")
    expect(line(page, 3).locator(".speaker")).to_have_text("Ben Whitfield")
    press(page, "Control+Enter")
    expect(line(page, 3).locator(".said")).to_have_text("for thirty years.")
    press(page, "Alt+n", "=Ben", "Control+Enter")
    expect(line(page, 4).locator(".speaker")).to_have_text("Ben Whitfield")
    assert texts(house, recorded)[3:] == [
        ("for thirty years.", "Ben Whitfield"),
        ("The list is closed.", "Ben Whitfield"),
    ]


def test_what_is_typed_outlives_a_lost_connection_and_a_reload(
    windows: Windows, house: House, recorded: str
) -> None:
    page = open_editor(windows, recorded)
    page.on("dialog", lambda dialog: dialog.accept())
    press(page, "Enter", "Control+a", "=Typed without a connection.")
    page.context.set_offline(True)
    press(page, "Control+Enter")
    expect(line(page, 0).locator(".answer")).to_contain_text("The server cannot be reached.")
    expect(field(page, 0)).to_have_value("Typed without a connection.")
    expect(field(page, 1)).to_be_focused()
    page.context.set_offline(False)
    expect(line(page, 0).locator(".said")).to_have_text("Typed without a connection.", timeout=15_000)

    press(page, "Control+a", "=Typed and not saved.")
    page.reload()
    expect(field(page, 1)).to_have_value("Typed and not saved.")
    expect(line(page, 1).locator(".answer")).to_contain_text("Typed before, and not saved yet.")
    field(page, 1).focus()
    press(page, "Control+Enter")
    expect(line(page, 1).locator(".said")).to_have_text("Typed and not saved.")
    assert [text for text, _ in texts(house, recorded)][:2] == [
        "Typed without a connection.",
        "Typed and not saved.",
    ]
    page.reload()
    expect(page.locator("#lines form")).to_have_count(0)


def test_a_correction_is_sent_to_readers_as_its_line_and_nothing_is_fetched(
    windows: Windows, house: House, recorded: str
) -> None:
    reader = windows.open(size=DESK)
    reader.locator("[data-room][data-connected]").wait_for(state="attached")
    fetched: list[str] = []
    reader.on("request", lambda request: fetched.append(request.url))
    correct_beside(house, recorded, 1, "We come to the Harbor bike lane.")
    expect(line_read(reader, 1)).to_contain_text("We come to the Harbor bike lane. Corrected")
    correct_beside(house, recorded, 2, "")
    expect(reader.locator("#lines li")).to_have_count(4)
    assert [url for url in fetched if "/lines" in url] == []
    assert reader.locator("#lines").get_attribute("data-version") == reader.locator(
        "[data-text]"
    ).get_attribute("data-text")


def line_read(page: Page, n: int) -> Any:
    return page.locator("#lines li").nth(n)


def test_single_keys_can_be_switched_off(windows: Windows, recorded: str) -> None:
    page = open_editor(windows, recorded)
    page.get_by_text("Outside of fields a single key is enough").click()
    page.reload()
    page.locator("body").press("Enter")
    press(page, "x", "m", "z")
    expect(page.locator("#lines form")).to_have_count(0)
    press(page, "Alt+ArrowDown", "Alt+x")
    expect(line(page, 1)).to_contain_text("Taken out")


def test_a_long_transcript_has_one_form_at_a_time_and_stays_quick(windows: Windows, house: House) -> None:
    def plant_many(db: Session) -> str:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        return make.transcript(db, meeting, *["We voted four to two."] * 2000, sha256="long").id

    page = open_editor(windows, house.write(plant_many))
    press(page, "Enter")
    for n in range(1, 6):
        press(page, "Control+Enter")
        expect(field(page, n)).to_be_focused()
    expect(page.locator("#standing")).to_contain_text("5 of 2000 lines reviewed")
    expect(page.locator("#lines form")).to_have_count(1)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_at_work_is_accessible_and_fits(
    windows: Windows, house: House, recorded: str, size: dict[str, int], scheme: Any
) -> None:
    page = open_editor(windows, recorded, size=size, color_scheme=scheme)
    line(page, 1).locator(".said").click()
    press(page, "=Mine: ")
    correct_beside(house, recorded, 1, "Theirs.")
    page.get_by_role("button", name=re.compile("^Right, next line")).click()
    expect(line(page, 1).locator(".versions")).to_be_visible()
    correct_beside(house, recorded, 3, "")
    expect(line(page, 3)).to_contain_text("Taken out")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    wrong = {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found["violations"]}
    assert wrong == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_without_a_script_every_act_is_a_form(windows: Windows, house: House, recorded: str) -> None:
    page = windows.clerk(editor_url(house, recorded), java_script_enabled=False)
    line(page, 1).get_by_role("link", name=re.compile("^Correct")).click()
    page.get_by_label("Or somebody new").fill("Ana Ruiz")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(line(page, 1).locator(".speaker")).to_have_text("Ana Ruiz")
    line(page, 1).get_by_role("link", name=re.compile("^Correct")).click()
    page.get_by_label("The second line begins with").select_option("8: Thank")
    page.get_by_role("button", name="Split the line").click()
    expect(page.locator("#lines > li")).to_have_count(6)
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.locator("#lines > li")).to_have_count(5)
    page.get_by_role("link", name="History").click()
    expect(page.locator(".edits > li")).to_have_count(3)
