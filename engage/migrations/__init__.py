"""The tables' history, by Alembic: `migrate` brings a data folder's database to this version's tables."""

from contextlib import closing
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from engage.sqlite import connect

HERE = Path(__file__).parent


def config(database: Path) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    made.attributes["database"] = database
    return made


@cache
def newest() -> str | None:
    return ScriptDirectory(str(HERE)).get_current_head()


def migrate(database: Path) -> None:
    """Nothing is loaded for a database that has this version's tables already."""
    database.parent.mkdir(parents=True, exist_ok=True)
    if version_of(database) != newest():
        command.upgrade(config(database), "head")


def version_of(database: Path) -> str | None:
    """Of the tables in this file; None for an empty or a new one."""
    if not database.exists():
        return None
    with closing(connect(database)) as connection:
        has_tables = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_tables else None
        return row[0] if row else None
