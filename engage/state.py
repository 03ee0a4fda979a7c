"""The state of the whole store as one number, so that two stores can be told to be the same."""

import hashlib
import json
from typing import Any

from sqlalchemy.orm import Session

SCHEMA = "sqlite_schema"
"""Stands for the tables' own definitions, with indexes and triggers."""
DEFINITIONS = """SELECT name, sql, tbl_name, type FROM sqlite_master
    WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"""
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"

to_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=lambda blob: {"hex": blob.hex()}
).encode


def table_digests(connection: Any) -> dict[str, str]:
    """The SHA-256 of every table that is in the file, whichever version of Engage has made it.

    `connection` is the driver's own; in an open transaction all of it is one state. Rows are read one by
    one, in the order of their primary key.
    """
    names = sorted(name for (name,) in connection.execute(TABLES))
    digests = {name: _digest(connection.execute(_rows(connection, name))) for name in names}
    return {SCHEMA: _digest(connection.execute(DEFINITIONS)), **digests}


def _rows(connection: Any, table: str) -> str:
    """Columns by name, so that it does not matter in which order migrations have added them."""
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    wanted = ", ".join(f'"{name}"' for name in sorted(name for name, _ in columns))
    key = [f'"{name}"' for name, place in sorted(columns, key=lambda each: each[1]) if place]
    return f'SELECT {wanted} FROM "{table}" ORDER BY {", ".join(key) or wanted}'


def _digest(rows: Any) -> str:
    """Over the columns' names and then every row, each as one line of JSON: a list, numbers as Python writes
    them, a blob as {"hex": "00ff"}."""
    digest = hashlib.sha256(to_json([column[0] for column in rows.description]).encode() + b"\n")
    for row in rows:
        digest.update(to_json(row).encode() + b"\n")
    return digest.hexdigest()


def digest_of(tables: dict[str, str]) -> str:
    """One number over those of all tables: SHA-256 over their JSON with sorted keys."""
    return hashlib.sha256(to_json(dict(sorted(tables.items()))).encode()).hexdigest()


def state_digest(db: Session) -> str:
    """Of what this session sees."""
    return digest_of(table_digests(driver_of(db)))


def driver_of(db: Session) -> Any:
    """The driver's connection, in the transaction of this session."""
    return db.connection().connection.dbapi_connection
