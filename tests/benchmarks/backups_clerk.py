"""What happens at the desk while backups are made: recordings come in, documents are added and taken away."""

import hashlib
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.db import Database, StoreFailed, new_id
from engage.settings import Settings
from meetings.agenda import attachments
from meetings.agenda.attachments import Document
from meetings.models import AgendaItem, Attachment, Body, Meeting
from tests import make
from tests.benchmarks.load_city import Planted
from transcripts.models import Line
from transcripts.rules import file_of

PAUSE_S = 0.2
BATCH = 2000
LINE_BYTES, COMMENT_BYTES = 800, 4000
"""Of the database for one of them, about; the comment's are those of its person, entry and text."""

T = TypeVar("T")


@dataclass
class Desk:
    """A process of its own beside the server, as the worker is. `made` has the SHA-256 of every file that was
    ever there, by its path under `files`: a second account, apart from the rows."""

    city: Planted
    seed: int
    made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(data=self.city.data)
        self.chance = random.Random(f"desk {self.seed}")
        self.store = Database(self.settings.database)
        self.ending = threading.Event()
        self.pool = ThreadPoolExecutor(1, "desk")

    def start(self) -> None:
        self.working = self.pool.submit(self.work)

    def stop(self) -> None:
        """Raises what went wrong at the desk."""
        self.ending.set()
        self.working.result()
        self.store.close()

    def work(self) -> None:
        while not self.ending.wait(PAUSE_S):
            act = self.chance.choice([self.add_recording, self.add_document, self.remove_document])
            act()

    def write(self, work: Callable[[Session], T]) -> T:
        """A server at its limit may hold the store for longer than another process waits; then once more."""
        while True:
            try:
                return self.store.write_now(work)
            except StoreFailed:
                if self.ending.wait(PAUSE_S):
                    raise

    def add_recording(self, size: int | None = None) -> None:
        content = self.chance.randbytes(size or self.chance.randrange(1, 1_500_000))
        recording_id = new_id()
        path = file_of(self.settings, recording_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = self.made[f"recordings/{recording_id}"] = hashlib.sha256(content).hexdigest()

        def work(db: Session) -> None:
            meeting = db.get_one(Meeting, self.city.meeting_id)
            make.recording(db, meeting, id=recording_id, size=len(content), sha256=digest)

        self.write(work)

    def add_document(self) -> None:
        content = b"%PDF" + self.chance.randbytes(self.chance.randrange(1, 200_000))
        file_id, digest = new_id(), hashlib.sha256(content).hexdigest()
        path = attachments.path_of(self.settings, file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.made[f"agenda/{file_id}.pdf"] = digest
        document = Document(file_id, "plan.pdf", len(content), 1, digest)

        def work(db: Session) -> None:
            item = db.get_one(AgendaItem, self.city.item_ids[0])
            meeting = db.get_one(Meeting, self.city.meeting_id)
            attachments.attach_document(db, meeting, item, document, by=make.SYSTEM)

        self.write(work)

    def remove_document(self) -> None:
        """The oldest; its file goes after the commit, as the clerk's page does it."""

        def work(db: Session) -> list[str]:
            oldest = db.scalars(select(Attachment).order_by(Attachment.added_at).limit(1)).all()
            for row in oldest:
                meeting = db.get_one(Meeting, self.city.meeting_id)
                attachments.remove_document(db, meeting, row, by=make.SYSTEM)
            return [row.id for row in oldest]

        attachments.delete_files(self.settings, self.write(work))

    def fill(self, size: int) -> None:
        """Years of meetings: the database is about `size` bytes, three quarters of it transcripts."""
        book = self.store.write_now(lambda db: make.meeting(db, db.get_one(Body, self.city.body_id)).id)
        for write, count in (
            (self.write_lines, size * 3 // 4 // LINE_BYTES),
            (self.write_comments, size // 4 // COMMENT_BYTES),
        ):
            for first in range(0, count, BATCH):
                places = range(first, min(first + BATCH, count))
                self.store.write_now(partial(write, book=book, places=places))

    def write_lines(self, db: Session, book: str, places: range) -> None:
        sound = make.recording(db, db.get_one(Meeting, book), sha256=hashlib.sha256(b"").hexdigest(), size=0)
        file_of(self.settings, sound.id).parent.mkdir(parents=True, exist_ok=True)
        file_of(self.settings, sound.id).touch()
        self.made[f"recordings/{sound.id}"] = sound.sha256
        for place in places:
            texts = [f" {self.chance.getrandbits(24):x}" for _ in range(12)]
            words = [[n * 300, n * 300 + 280, text, self.chance.random()] for n, text in enumerate(texts)]
            line = {"text": "".join(texts), "words": words, "confidence": 0.9, "salt": record.new_salt()}
            db.add(
                Line(
                    recording_id=sound.id,
                    place=place,
                    start_ms=3600 * place,
                    end_ms=3600 * place + 3600,
                    **line,
                )
            )

    def write_comments(self, db: Session, book: str, places: range) -> None:
        meeting = db.get_one(Meeting, book)
        for place in places:
            words = " ".join(f"{self.chance.getrandbits(40):x}" for _ in range(200))
            make.comment(db, meeting, text=f"{place} {words}")
