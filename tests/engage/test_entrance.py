"""Signing in and out."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from engage import clock, people
from engage.people import SignIn
from tests.make import PASSWORD, Cast, kinds


def sign_in(client: TestClient, **fields: str) -> Any:
    return client.post("/sign-in", data={"name": "clerk", "password": PASSWORD} | fields)


def test_a_clerk_signs_in_and_out(cast: Cast) -> None:
    client = cast.resident()
    answer = sign_in(client)
    assert answer.headers["location"] == "/clerk"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    console = f"/clerk/meetings/{cast.city.meeting.id}/console"
    assert client.get(console).status_code == 200

    token = client.cookies[people.SESSION_COOKIE]
    client.post("/sign-out")
    client.cookies.set(people.SESSION_COOKIE, token)
    assert client.get(console).headers["location"].startswith("/sign-in")
    assert cast.read(lambda db: kinds(db, "city"))[-2:] == ["account.signed_in", "account.signed_out"]


@pytest.mark.parametrize(("name", "password"), [("clerk", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(cast: Cast, name: str, password: str) -> None:
    answer = sign_in(cast.resident(), name=name, password=password)
    assert answer.status_code == 422
    assert "The name or the password is wrong." in answer.text
    assert people.SESSION_COOKIE not in answer.cookies


def test_guessing_is_slowed_down(cast: Cast) -> None:
    statuses = [sign_in(cast.resident(), name="guess").status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_to_our_own_pages_only(cast: Cast, path: str) -> None:
    answer = sign_in(cast.resident(), next=path)
    assert answer.headers["location"] == "/clerk"


def test_a_session_ends_by_itself_and_with_a_new_password(cast: Cast) -> None:
    old, other = cast.signed_in("clerk"), cast.signed_in("clerk")
    console = f"/clerk/meetings/{cast.city.meeting.id}/console"
    cast.db.write_now(
        lambda db: (
            db.query(SignIn)
            .filter_by(token=people.token_hash(old.cookies[people.SESSION_COOKIE]))
            .update({"until": clock.now()})
        )
    )
    assert old.get(console).status_code == 303
    assert other.get(console).status_code == 200
    cast.db.write_now(lambda db: people.set_password(db, "clerk", "another password", by="system"))
    assert other.get(console).status_code == 303


def test_the_cookie_itself_is_nowhere_in_the_store(cast: Cast) -> None:
    token = cast.clerk.cookies[people.SESSION_COOKIE]
    dump = cast.read(lambda db: db.connection().exec_driver_sql("SELECT token FROM sign_in").scalars().all())
    assert people.token_hash(token) in dump
    assert token not in dump
