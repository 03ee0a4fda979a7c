"""The command `engage`."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

import click

from engage import check, people, record, steady
from engage.backup.command import backup, restore
from engage.course import course_of
from engage.demo import city as demo
from engage.demo.microphones import chairs_link
from engage.demo.welcome import addresses, welcome
from engage.index import Index
from engage.indexing import Indexer
from engage.language import translate
from engage.migrations import migrate
from engage.on_air import standing_of
from engage.options import DATA, open_store, read_settings
from engage.people import Refused
from engage.processes import KEPT
from engage.relay import relay
from engage.search import joined_readings
from engage.server import serve as serve_pages
from engage.server import serve_shared
from engage.settings import Settings
from engage.verify import verify
from meetings.models import Body
from transcripts import worker as transcription
from transcripts.captioning import worker as captioning
from transcripts.command import transcribe
from transcripts.imports.command import archive

ROLES = ("clerk", "chair", "member", "admin")
NICE, NICE_CAPTIONS = 15, 5
"""Of a worker, and of the captioner: whoever opens a page comes first, then what is said just now."""


@click.group(invoke_without_command=True)
@click.version_option(package_name="engage")
@click.pass_context
def main(context: click.Context) -> None:
    """Public meetings: agenda, speaker queue, surveys and searchable transcripts."""
    if context.invoked_subcommand is None:
        context.invoke(serve)


@main.command()
@DATA
@click.option("--host", help="Address to listen on; else ENGAGE_HOST or 127.0.0.1.")
@click.option("--port", type=int, help="Port to listen on; else ENGAGE_PORT or 8000.")
@click.option("--worker/--no-worker", default=True, help="Also run ENGAGE_WORKERS transcription workers.")
@click.option("--processes", type=click.IntRange(1), help="Web processes; else ENGAGE_PROCESSES or 1.")
@click.option("--shared", type=int, hidden=True, help="Descriptor of a socket that the parent listens on.")
@KEPT
def serve(
    data: Path | None = None, host: str | None = None, port: int | None = None, worker: bool = True,
    processes: int | None = None, shared: int | None = None,
) -> None:  # fmt: skip
    """Serve the pages."""
    settings = read_settings(data, host=host, port=port, processes=processes)
    if shared is not None:
        serve_shared(settings, shared)
        return
    click.echo(f"Engage on http://{settings.host}:{settings.port}/  (Ctrl+C ends it)", err=True)
    serve_pages(settings, with_workers=worker)


@main.command(name="demo")
@DATA
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
def run_demo(data: Path | None, host: str | None, port: int | None) -> None:
    """Fill an empty data folder with a fictional city, and serve it."""
    settings = read_settings(data or demo.FOLDER, host=host, port=port, city=demo.CITY)
    store = open_store(settings)
    store.write_now(lambda db: demo.fill(db, settings))
    microphone = store.write_now(chairs_link)
    click.echo(welcome(settings, store.read_now(addresses), microphone))
    store.close()
    serve_pages(settings)


@main.command()
@DATA
@KEPT
def worker(data: Path | None) -> None:
    """Transcribe what is queued, until told to stop. Several share what there is to do."""
    settings = read_settings(data)
    prepare_beside(settings, NICE)
    transcription.run(settings, course_of=course_of)


@main.command()
@DATA
@KEPT
def captions(data: Path | None) -> None:
    """Write live captions of the meetings that are heard in their pages, until told to stop."""
    settings = read_settings(data)
    prepare_beside(settings, NICE_CAPTIONS)
    captioning.run(settings, standing_of=standing_of)


def prepare_beside(settings: Settings, nice: int) -> None:
    """A process that works beside the pages."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(nice)
    steady.hold(settings.run)
    migrate(settings.database)


main.add_command(transcribe)
main.add_command(archive)
main.add_command(check.check)
main.add_command(backup)
main.add_command(restore)
main.add_command(verify)
main.add_command(relay)


@main.group()
def user() -> None:
    """Accounts of clerks and administrators."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="clerk", show_default=True)
@click.option("--body", help="Name of the one body that a clerk serves; without it, every body.")
@DATA
def add(name: str, role: str, body: str | None, data: Path | None) -> None:
    """Add an account; the password is asked for, or read from a pipe."""

    def work(db: Any) -> None:
        found = db.query(Body).filter_by(name=body).one_or_none() if body else None
        if body and found is None:
            raise click.ClickException(f"There is no body named {body}.")
        people.add_account(db, name, password, by=record.SYSTEM, role=role, body_id=found and found.id)

    password = ask_password()
    act(data, work)


@user.command(name="password")
@click.argument("name")
@DATA
def set_password(name: str, data: Path | None) -> None:
    """Set a new password, which also ends the account's sessions."""
    new = ask_password()
    act(data, lambda db: people.set_password(db, name, new, by=record.SYSTEM))


def act(data: Path | None, work: Any) -> None:
    """Do one thing to the store; a refusal is one line and a failure."""
    store = open_store(read_settings(data))
    try:
        store.write_now(work)
    except Refused as refusal:
        raise click.ClickException(translate("en", refusal.message, **refusal.values)) from None
    finally:
        store.close()


def ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise click.ClickException("The two passwords differ.")
    return first


@main.command()
@DATA
def reindex(data: Path | None) -> None:
    """Build the search index again from the record."""
    settings = read_settings(data)
    store = open_store(settings)
    index = Index(settings.index)
    writer = index.try_writer()
    if writer is None:
        raise click.ClickException("A running server keeps this index; it brings it up to date by itself.")
    Indexer(store, index, joined_readings()).rebuild(writer)
    writer.close()
    store.close()
    click.echo(f"{len(index.cursors())} books read.")


if __name__ == "__main__":
    main()
