"""The files that rows of the store stand for: which they are, and whether they are what their rows say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.backup.disk import described
from engage.settings import Settings
from meetings.agenda.attachments import path_of
from meetings.floor.models import Track
from meetings.floor.tracks import path_of as path_of_track
from meetings.models import Attachment
from transcripts.models import Recording
from transcripts.rules import file_of

HOLDERS: tuple[tuple[Any, Callable[[Settings, str], Path]], ...] = (
    (Attachment, path_of),
    (Recording, file_of),
    (Track, path_of_track),
)
"""Every table whose rows have a file, and where it lies. Such a file never changes."""
MISSING, DAMAGED = "missing", "damaged"


class Held(NamedTuple):
    """What the row says of its file."""

    size: int
    sha256: str


def held_files(db: Session, settings: Settings) -> dict[str, Held]:
    """By path under the data folder's `files`."""
    found = {}
    for model, path in HOLDERS:
        for row in db.execute(select(model.id, model.size, model.sha256).order_by(model.id)):
            found[path(settings, row.id).relative_to(settings.files).as_posix()] = Held(row.size, row.sha256)
    return found


def wrong_files(settings: Settings, held: dict[str, Held]) -> Iterator[tuple[str, str]]:
    """(path, MISSING or DAMAGED); reads every file to its end."""
    for name, said in held.items():
        path = settings.files / name
        if not path.is_file():
            yield name, MISSING
        elif (there := described(path)) and (there.size, there.sha256) != said:
            yield name, DAMAGED
