"""What the commands share: the option that names the data folder, the settings, the store, plain failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from engage import steady
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from engage.sqlite import UnsafeStore, failure

DATA = click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder; else ENGAGE_DATA or ./data."
)


def read_settings(data: Path | None, **over: Any) -> Settings:
    given: dict[str, Any] = {"data": data} | over
    return Settings(**{name: value for name, value in given.items() if value is not None})


def open_store(settings: Settings) -> Database:
    steady.hold(settings.run)
    migrate(settings.database)
    return Database(settings.database)


class Unsafe(click.ClickException):
    exit_code = 78
    """EX_CONFIG: whoever keeps services running need not try again before something is changed."""


@contextmanager
def plainly() -> Iterator[None]:
    """What the disk or SQLite refuses is one line and a failure."""
    try:
        yield
    except UnsafeStore as unsafe:
        raise Unsafe(str(unsafe)) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror or error}.") from None
    except (failure(), DBAPIError) as error:
        raise click.ClickException(f"The database cannot be read: {reason(error)}.") from None


def reason(error: Exception) -> str:
    """As SQLite says it, without the SQL."""
    return str(error.orig if isinstance(error, DBAPIError) else error)
