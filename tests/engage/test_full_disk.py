"""A full store: a plain answer, nothing acknowledged is lost, and it goes on when there is room again."""

from typing import Any

from sqlalchemy import text

from engage import record
from tests.make import Cast, kinds, send


def pages(cast: Cast, most: int | None) -> None:
    """Let the database grow no further than it is, or (None) as it likes."""

    def work(db: Any) -> None:
        now = db.execute(text("PRAGMA page_count")).scalar()
        db.execute(text(f"PRAGMA max_page_count = {now if most is None else now + most}"))

    cast.db.write_now(
        work if most is not None else lambda db: db.execute(text("PRAGMA max_page_count = 1000000"))
    )


def comment(cast: Cast, words: str) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    return send(cast.resident(), url, name="Ana", position="support", text=words)


def test_what_cannot_be_kept_is_said_so_and_nothing_else_is_lost(cast: Cast) -> None:
    assert comment(cast, "before").status_code == 303
    pages(cast, 0)
    answers = [comment(cast, "x" * 3000) for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code != 303]
    kept = len(answers) - len(refused)

    assert refused
    assert {answer.status_code for answer in refused} == {503}
    assert "Nothing was saved; please go back and send it again." in refused[0].text
    assert refused[0].headers["retry-after"] == "5"
    assert cast.anyone.get(f"/meetings/{cast.city.meeting.id}").status_code == 200
    received = cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("comment.received")
    assert received == 1 + kept

    pages(cast, None)
    assert comment(cast, "after").status_code == 303
    assert cast.read(lambda db: record.first_fault(db, cast.city.meeting.id)) is None
