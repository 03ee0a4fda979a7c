"""Publishing, moving and cancelling, as the clerk does it and the public sees it."""

from meetings.models import Meeting
from tests.make import Cast, kinds, send

WHERE = {"zone": "America/Denver", "place": "Library", "notice": "The roof leaks.", "comments_until": ""}


def publish(cast: Cast) -> str:
    draft = cast.city.draft.id
    assert send(cast.clerk, f"/clerk/meetings/{draft}/publication").status_code == 303
    return draft


def state(cast: Cast, meeting_id: str) -> str:
    found: str = cast.read(lambda db: db.get_one(Meeting, meeting_id).state)
    return found


def test_publishing_shows_the_meeting_to_everyone(cast: Cast) -> None:
    draft = cast.city.draft.id
    page = cast.clerk.get(f"/clerk/meetings/{draft}/publication").text
    assert "The agenda is empty." in page
    assert cast.anyone.get(f"/meetings/{draft}").status_code == 404
    publish(cast)
    assert cast.anyone.get(f"/meetings/{draft}").status_code == 200
    again = cast.clerk.post(f"/clerk/meetings/{draft}/publication", data={})
    assert again.status_code == 409
    assert cast.read(lambda db: kinds(db, draft)) == ["meeting.drafted", "meeting.published"]


def test_a_move_is_on_the_public_page_with_what_it_was(cast: Cast) -> None:
    meeting_id = publish(cast)
    answer = send(cast.clerk, f"/clerk/meetings/{meeting_id}/move", starts_at="2027-06-07T18:30", **WHERE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/clerk/meetings/{meeting_id}")
    page = cast.anyone.get(f"/meetings/{meeting_id}?lang=en").text
    for words in ("Monday, June 7, 2027", "6:30\xa0PM MDT", "The roof leaks.", "Library", "See what changed"):
        assert words in page
    assert cast.read(lambda db: kinds(db, meeting_id))[-1] == "meeting.moved"


def test_a_move_needs_its_notice_and_keeps_what_was_typed(cast: Cast) -> None:
    meeting_id = publish(cast)
    answer = send(
        cast.clerk,
        f"/clerk/meetings/{meeting_id}/move",
        starts_at="2027-06-07T18:30",
        **WHERE | {"notice": " "},
    )
    assert answer.status_code == 422
    assert ("Please fill this in." in answer.text, "2027-06-07T18:30" in answer.text) == (True, True)


def test_a_move_that_moves_nothing_says_so(cast: Cast) -> None:
    meeting_id = publish(cast)
    clerk = cast.clerk
    page = clerk.get(f"/clerk/meetings/{meeting_id}/move").text
    starts_at = page.split('name="starts_at" type="datetime-local" value="', 1)[1].split('"', 1)[0]
    same = {"starts_at": starts_at, "zone": "America/Los_Angeles", "place": "", "notice": "Why?"}
    assert send(clerk, f"/clerk/meetings/{meeting_id}/move", **same).status_code == 303  # cut to the minute
    answer = send(clerk, f"/clerk/meetings/{meeting_id}/move", **same)
    assert answer.status_code == 409
    assert "The time and the place are as they were." in answer.text


def test_a_live_meeting_is_not_moved_or_cancelled(cast: Cast) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}"
    assert send(cast.clerk, f"{at}/move", starts_at="2027-06-07T18:30", **WHERE).status_code == 409
    assert send(cast.clerk, f"{at}/cancellation", notice="x").status_code == 409
    assert state(cast, cast.city.meeting.id) == "open"


def test_a_cancelled_meeting_stays_to_be_seen(cast: Cast) -> None:
    meeting_id = publish(cast)
    url = f"/clerk/meetings/{meeting_id}/cancellation"
    assert send(cast.clerk, url, notice="").status_code == 422
    assert send(cast.clerk, url, notice="No quorum.").status_code == 303
    page = cast.anyone.get(f"/meetings/{meeting_id}").text
    assert ("No quorum." in page, "badge-cancelled" in page) == (True, True)
    assert "badge-cancelled" in cast.anyone.get("/meetings").text
