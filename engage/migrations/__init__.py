"""The tables' history, by Alembic: `migrate` brings a data folder's database to this version's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def config(database: Path) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    made.attributes["database"] = database
    return made


def migrate(database: Path) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config(database), "head")
