"""`engage archive FOLDER --dates TABLE`: a folder of old recordings becomes an archive of past meetings."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from engage.db import Database
from engage.language import LANGUAGES, translate
from engage.options import DATA, open_store, plainly, read_settings
from engage.settings import Settings
from transcripts.imports.archive import Sum, Wanted, Wishes, check_bodies, check_files, is_here, take_in
from transcripts.imports.reading import decoded
from transcripts.imports.spoken import NotATranscript
from transcripts.imports.table import LARGEST, Defaults, Fault, Row, read_table
from transcripts.uploads import NotTaken, sweep

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--dates", type=TABLE, required=True, help="CSV that says which file is which meeting's.")
@click.option("--body", default="", help="Name of the body whose meetings they are, unless a row says so.")
@click.option("--new-bodies", is_flag=True, help="Make the bodies that are named and not there yet.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option(
    "--time", default="18:00", show_default=True, help="When a meeting began whose row has no time."
)
@click.option("--publish", is_flag=True, help="Make recordings and transcripts public; else staff have them.")
@click.option("--names-first", is_flag=True, help="In SRT files speakers' names stand before their words.")
@click.option(
    "--dry-run", is_flag=True, help="Check everything, say what would be done, and take nothing in."
)
@DATA
def archive(
    folder: Path, dates: Path, body: str, new_bodies: bool, language: str, time: str, publish: bool,
    names_first: bool, dry_run: bool, data: Path | None,
) -> None:  # fmt: skip
    """Take in a folder of old recordings as past meetings.

    The table DATES is a CSV. Its first line names the columns, in any order: file and date (2026-11-30);
    where needed time (18:30), zone, title, body, language; and transcript, a WebVTT, SRT or CDP file.

    Files are named from FOLDER on, copied, and never changed. Rows of one body with the same time and title
    are one meeting. Meetings are public at once, recordings with --publish. A recording without a transcript
    is written down by the worker. Run it again after it was broken off: what is there is passed over.
    """
    settings, wishes = read_settings(data), Wishes(is_published=publish, has_names_first=names_first)
    with plainly(), opened(settings) as store:
        rows, faults = rows_of(dates, folder, Defaults(body, language, settings.zone, time))
        if not new_bodies:
            faults += store.read_now(lambda db: list(check_bodies(db, rows)))
        wanted = checked(rows, wishes, faults)
        if faults:
            refuse(faults)
        if dry_run:
            click.echo("\n".join(plan(each, is_here(store, each, ignore)) for each in wanted))
            return
        store.read_now(lambda db: sweep(db, settings))
        done, missed = work(store, settings, wanted, wishes)
    click.echo(summary(done))
    if missed:
        refuse(missed)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def rows_of(table: Path, folder: Path, defaults: Defaults) -> tuple[list[Row], list[Fault]]:
    with table.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise click.ClickException(f"{table} is too large for a table.")
    try:
        rows, faults = read_table(decoded(data), folder, defaults)
    except NotATranscript as reason:  # letters that are none
        raise click.ClickException(f"{table}: {reason}") from None
    if not rows and not faults:
        raise click.ClickException(f"{table} has no rows.")
    return rows, faults


def checked(rows: list[Row], wishes: Wishes, faults: list[Fault]) -> list[Wanted]:
    """Those whose files are as they should be; what is wrong with the others is added to `faults`."""
    wanted = []
    with click.progressbar(rows, label="Checking", file=sys.stderr) as shown:
        for row in shown:
            found = check_files(row, wishes)
            if isinstance(found, Wanted):
                wanted.append(found)
            else:
                faults.append(found)
    return wanted


def work(
    store: Database, settings: Settings, wanted: list[Wanted], wishes: Wishes
) -> tuple[Sum, list[Fault]]:
    """What was done, and what could not be read any more. A full disk ends it."""
    done, missed = Sum(), list[Fault]()
    size = sum(each.size for each in wanted)
    with click.progressbar(length=max(size, 1), label="Taking in", file=sys.stderr) as bar:
        for each in wanted:
            try:
                take_in(store, settings, each, wishes, done, bar.update)
            except NotATranscript as reason:
                missed.append(Fault(each.row.line, str(reason)))
            except OSError as error:
                missed.append(Fault(each.row.line, f"{error.filename or each.row.path}: {error.strerror}."))
            except NotTaken as refusal:
                why = translate("en", refusal.message, **refusal.values)
                raise click.ClickException(f"{why} {summary(done)}") from None
    return done, missed


def ignore(size: int) -> None:
    pass


def plan(wanted: Wanted, is_here: bool) -> str:
    row = wanted.row
    lines = f"{wanted.lines} lines" if wanted.lines else "to be written down"
    what = ": ".join(filter(None, (row.body, row.title, row.path.name)))
    at = row.starts_at.astimezone(ZoneInfo(row.zone))
    return f"Line {row.line}: {at:%Y-%m-%d %H:%M}, {what}, {'is here already' if is_here else lines}"


def summary(done: Sum) -> str:
    waiting = done.recordings - done.imported
    return (
        f"{done.meetings} meetings and {done.recordings} recordings ({done.size / 2**20:.1f} MB) taken in:"
        f" {done.imported} with a transcript, {waiting} to be written down. {done.here} were here already."
    )


def refuse(faults: list[Fault]) -> NoReturn:
    for fault in sorted(faults):
        click.echo(str(fault), err=True)
    rows = "1 row" if len(faults) == 1 else f"{len(faults)} rows"
    raise click.ClickException(f"{rows} cannot be taken in.")
