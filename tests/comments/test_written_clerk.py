"""The clerk and written comments, through the real app."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comments.written.models import Comment
from meetings import actions as meeting_actions
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, comment, kinds, meeting, send


def desk(cast: Cast, path: str = "") -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/comments{path}"


def add(cast: Cast, **over: Any) -> Comment:
    return cast.db.write_now(lambda db: comment(db, cast.city.meeting, cast.city.item, **over))


def withhold(cast: Cast, one: Comment, client: Any = None, reason: str = "It names a child.") -> Any:
    return send(client or cast.clerk, desk(cast, f"/{one.id}/withholding"), reason=reason)


def read(cast: Cast, one: Comment) -> Comment:
    return cast.read(lambda db: db.get_one(Comment, one.id))


def until(cast: Cast) -> datetime | None:
    return cast.read(lambda db: db.get_one(Meeting, cast.city.meeting.id).comments_until)


def test_withholding_leads_back_to_the_comment_and_restoring_undoes_it(cast: Cast) -> None:
    one = add(cast, text="Some secret words.")
    clerk = cast.clerk
    answer = withhold(cast, one, clerk)
    assert answer.headers["location"] == f"{desk(cast)}?comment={one.id}#comment-{one.id}"
    assert read(cast, one).is_withheld
    page = clerk.get(desk(cast)).text
    assert "Withheld from the public:" in page
    assert "Some secret words." in page
    assert clerk.post(desk(cast, f"/{one.id}/restoration")).status_code == 303
    assert not read(cast, one).is_withheld
    assert "Some secret words." in cast.anyone.get(f"/meetings/{cast.city.meeting.id}/comments").text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed_and_has_an_end(cast: Cast, reason: str) -> None:
    one = add(cast)
    answer = withhold(cast, one, reason=reason)
    assert answer.status_code == 422
    assert f">\n{reason}</textarea>" in answer.text
    assert not read(cast, one).is_withheld


def test_a_second_clerk_is_told_and_keeps_what_they_typed(cast: Cast) -> None:
    one = add(cast)
    clerk, admin = cast.clerk, cast.signed_in("admin")
    url = desk(cast, f"/{one.id}/withholding")
    key = admin.get(url).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    withhold(cast, one, clerk, reason="First.")
    answer = admin.post(url, data={"key": key, "reason": "Second."})
    assert answer.status_code == 409
    assert "This comment is already withheld." in answer.text
    assert "Second.</textarea>" in answer.text
    assert read(cast, one).reason == "First."


def test_the_members_print_has_everything_and_marks_what_is_withheld(cast: Cast) -> None:
    withhold(cast, add(cast, name="Rude Person", text="Some secret words."))
    add(cast, text="Build it.")
    page = cast.clerk.get(desk(cast, "/print")).text
    secret = page.index("Some secret words.")
    assert page.index("Withheld from the public:") < page.index("Rude Person") < secret
    assert page.count("Withheld from the public:") == 1
    assert "Build it." in page
    assert "2 comments" in page


def test_the_cut_off_is_typed_in_the_meetings_zone(cast: Cast) -> None:
    clerk = cast.clerk
    assert send(clerk, desk(cast, "/cut-off"), until="2026-11-23T12:00").status_code == 303
    assert until(cast) == datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert 'value="2026-11-23T12:00"' in clerk.get(desk(cast, "/cut-off")).text
    assert send(clerk, desk(cast, "/cut-off"), until="").status_code == 303
    assert until(cast) is None


@pytest.mark.parametrize("typed", ["soon", "2026-02-30T12:00", "99999-01-01T00:00"])
def test_a_cut_off_that_is_no_time_comes_back(cast: Cast, typed: str) -> None:
    answer = send(cast.clerk, desk(cast, "/cut-off"), until=typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert until(cast) is None


def test_after_the_meeting_the_cut_off_stays(cast: Cast) -> None:
    def adjourn(db: Any) -> None:
        meeting_actions.adjourn_meeting(db, db.get_one(Meeting, cast.city.meeting.id), by=SYSTEM)

    cast.db.write_now(adjourn)
    answer = send(cast.clerk, desk(cast, "/cut-off"), until="2026-11-23T12:00")
    assert answer.status_code == 409
    assert 'value="2026-11-23T12:00"' in answer.text
    assert until(cast) is None


PATHS = ["", "/print", "/cut-off", "/{}/withholding"]


@pytest.mark.parametrize("path", PATHS)
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    one = add(cast)
    url = desk(cast, path.format(one.id))
    assert cast.clerk.get(url).status_code == 200
    assert cast.signed_in("stranger").get(url).status_code == 404
    assert cast.resident().get(url).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/cut-off", "/{}/withholding", "/{}/restoration"])
def test_another_bodys_clerk_changes_nothing(cast: Cast, path: str) -> None:
    one = add(cast)
    data = {"reason": "x", "until": "2026-11-23T12:00"}
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    for client in (cast.signed_in("stranger"), cast.resident()):
        assert client.post(desk(cast, path.format(one.id)), data=data).status_code in (303, 404)
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before


def test_a_comment_of_another_meeting_is_not_found(cast: Cast) -> None:
    other = cast.db.write_now(lambda db: comment(db, meeting(db, cast.city.body)))
    clerk = cast.clerk
    assert clerk.get(desk(cast, f"/{other.id}/withholding")).status_code == 404
    assert clerk.post(desk(cast, f"/{other.id}/restoration")).status_code == 404
    assert clerk.get(desk(cast, "/nothing/withholding")).status_code == 404


def test_the_console_counts_comments(cast: Cast) -> None:
    add(cast)
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console").text
    assert "Written comments (1)" in page
    assert f'href="{desk(cast)}"' in page
