"""The cast and the house that every test uses: a real database, the real app."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import people
from engage.app import create_app
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests.make import Cast, City

hypothesis.settings.register_profile("quick", max_examples=15, deadline=None, derandomize=True)
hypothesis.settings.register_profile("thorough", max_examples=200, deadline=None)
hypothesis.settings.load_profile("thorough" if os.environ.get("CI") == "true" else "quick")


people._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
people._decoy = people._hasher.hash("nobody")
"""argon2 as everywhere, but not slow on purpose."""


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once and copied for each test."""
    path = tmp_path_factory.mktemp("store") / "engage.sqlite"
    migrate(path)
    return path


@pytest.fixture
def settings(tmp_path: Path, empty_store: Path) -> Settings:
    made = Settings(data=tmp_path / "data", city="Alder Bay", posts_per_minute=10_000)
    made.data.mkdir()
    for file in empty_store.parent.iterdir():
        shutil.copy(file, made.data)
    return made


@pytest.fixture
def store(settings: Settings) -> Iterator[Database]:
    made = Database(settings.database)
    yield made
    made.close()


@pytest.fixture
def db(store: Database) -> Iterator[Session]:
    """A session of the writer's engine, for tests of actions and queries; never committed."""
    with store.writer.connect() as connection, Session(connection, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def city(store: Database) -> City:
    """A body, an open meeting with an agenda, and its clerk, in `store`."""
    return store.write_now(City)


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> tuple[Path, City]:
    """A database with the small city in it, made once: hashing its passwords takes a while."""
    path = tmp_path_factory.mktemp("city") / "engage.sqlite"
    shutil.copy(empty_store, path)
    store = Database(path)
    city = store.write_now(City)
    store.close()
    return path, city


@pytest.fixture
def cast(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[Cast]:
    """The app, and who comes to it: a clerk, another body's clerk, an admin, residents, a stranger."""
    shutil.copy(filled_store[0], settings.database)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Cast(client, filled_store[1])
