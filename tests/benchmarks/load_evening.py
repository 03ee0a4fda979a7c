"""An evening under load whose server is ended and started again, and what its store shows in between."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engage import verify
from engage.db import Database
from tests.benchmarks.load import Ack, Load, Planted, plant
from tests.benchmarks.load_checks import act_faults, identity, kept_acts
from tests.benchmarks.serving import free_port, spawn

PATIENCE_S = 120


class Evening:
    """A city, its residents, and the port on which they expect the server.

    `before` stands in front of every server's command, `more` behind it; `options` are the load's.
    """

    def __init__(
        self, data: Path, *, before: Sequence[str] = (), more: Sequence[str] = (), **options: Any
    ) -> None:
        self.city, self.port = plant(data), free_port()
        self.before, self.more = tuple(before), tuple(more)
        self.load = Load(f"http://127.0.0.1:{self.port}", self.city, **options)
        self.began = 0.0
        """When the present server was started, in monotonic seconds."""

    def start(self, *before: str) -> subprocess.Popen[bytes]:
        self.began = time.monotonic()
        return spawn(self.city.data, self.port, *self.more, before=(*before, *self.before))

    def first_ack_s(self, server: "subprocess.Popen[bytes]") -> float:
        """Waits for the first acknowledgement of the present server; seconds from its start. Raises
        TimeoutError when there is none, or the server has ended."""
        while server.poll() is None and time.monotonic() < self.began + PATIENCE_S:
            if found := self.acked_after_start():
                return found.ended - self.began
            time.sleep(0.005)
        raise TimeoutError(
            f"nothing is acknowledged; refused {dict(self.load.refused)}; the server's status {server.poll()}"
        )

    def acked_after_start(self) -> Ack | None:
        later = [ack for ack in self.load.acks[-200:] if ack.ended > self.began]
        return later[0] if later else None

    @contextlib.contextmanager
    def copy(self) -> Iterator[Database]:
        """The store as a server that has ended has left it. Whoever opens it mends it, and the next server is
        to do that: so it is a copy that is looked at."""
        with tempfile.TemporaryDirectory() as folder:
            for file in self.city.data.glob(f"{self.city.database.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, folder)
            store = Database(Path(folder) / self.city.database.name)
            try:
                yield store
            finally:
                store.close()

    def faults(self) -> list[str]:
        """What SQLite, `engage verify` and the residents have to say of the store."""
        refused = [f"refused: {count} forms with {status}" for status, count in self.load.refused.items()]
        acks = list(self.load.acks)
        with self.copy() as store:
            return refused + self.load.differing + store.read_now(lambda db: faults_in(db, self.city, acks))

    def unheard(self) -> int:
        """Acts that were kept without an answer that has arrived."""
        heard = {identity(ack) for ack in self.load.acks}
        with self.copy() as store:
            return len(store.read_now(lambda db: kept_acts(db, self.city)) - heard)


def faults_in(db: Session, city: Planted, acks: Sequence[Ack]) -> list[str]:
    integrity = db.scalars(text("PRAGMA integrity_check")).all()
    damages = [] if integrity == ["ok"] else [f"damaged: {each}" for each in integrity]
    return damages + [*act_faults(db, city, acks), *verify.faults(db)]
