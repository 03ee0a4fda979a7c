"""Bodies on the staff's pages."""

import pytest

from meetings.queries import bodies
from tests.make import Cast, send


def names(cast: Cast) -> list[str]:
    found: list[str] = cast.read(lambda db: [body.name for body in bodies(db)])
    return found


def test_an_admin_creates_a_body_once(cast: Cast) -> None:
    admin = cast.signed_in("admin")
    page = admin.get("/clerk/bodies/new")
    key = page.text.split('name="key" value="', 1)[1].split('"', 1)[0]
    for _ in range(2):
        answer = admin.post(
            "/clerk/bodies/new", data={"key": key, "name": " Parks  Commission ", "about": "x"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/clerk/bodies")
    assert names(cast) == ["City Council", "Parks Commission", "Planning Commission"]
    assert "Parks Commission" in admin.get("/clerk/bodies").text


def test_the_clerk_of_one_body_creates_none(cast: Cast) -> None:
    clerk = cast.clerk
    assert clerk.get("/clerk/bodies/new").status_code == 404
    assert clerk.post("/clerk/bodies/new", data={"name": "Mine"}).status_code == 404
    shown = clerk.get("/clerk/bodies").text
    assert "New body" not in shown
    assert ("City Council" in shown, "Planning Commission" in shown) == (True, False)


def test_a_clerk_edits_their_body_and_no_other(cast: Cast) -> None:
    clerk = cast.clerk
    url = f"/clerk/bodies/{cast.city.body.id}"
    assert send(clerk, url, name="Council", about="Meets on Mondays.").status_code == 303
    assert names(cast) == ["Council", "Planning Commission"]
    other = f"/clerk/bodies/{cast.city.other_body.id}"
    assert [clerk.get(other).status_code, clerk.post(other, data={"name": "x"}).status_code] == [404, 404]
    assert clerk.get("/clerk/bodies/unknown").status_code == 404


@pytest.mark.parametrize(
    ("name", "status", "complaint"),
    [
        ("", 422, "Please fill this in."),
        ("x" * 10_000, 422, "10000 characters long"),
        ("Planning Commission", 409, "There is already a body with this name."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, name: str, status: int, complaint: str
) -> None:
    answer = send(cast.clerk, f"/clerk/bodies/{cast.city.body.id}", name=name, about="Kept <words>")
    assert answer.status_code == status
    assert complaint in answer.text
    assert "Kept &lt;words&gt;" in answer.text
    assert f'value="{name}"' in answer.text
    assert names(cast) == ["City Council", "Planning Commission"]


def test_nobody_comes_in_without_signing_in(cast: Cast) -> None:
    for url in ("/clerk", "/clerk/bodies", "/clerk/meetings/new", f"/clerk/meetings/{cast.city.meeting.id}"):
        answer = cast.resident().get(url)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
