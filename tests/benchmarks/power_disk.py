"""A disk whose power is cut: what SQLite wrote and synced, recorded, and what may be left of it."""

import random
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

import apsw

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
Do = Literal["create", "write", "truncate", "sync", "delete", "mark"]


@dataclass(frozen=True)
class Step:
    """What was done to a file (`inode` tells files of one name apart), or, as "mark", how far the caller was.

    `at` is an offset, a size, the number of a mark, or whether a deletion waited for the folder.
    """

    do: Do
    name: str = ""
    inode: int = 0
    at: int = 0
    data: bytes = b""


class Recorder(apsw.VFS):
    """The files are real, so that SQLite finds what it wrote; the steps are what a disk would have been told.

    Nothing is synced for real. apsw gives no shared memory: a WAL needs locking_mode=exclusive.
    """

    def __init__(self) -> None:
        self.name = f"recorder-{id(self)}"
        super().__init__(self.name, "")
        self.steps: list[Step] = []
        self._inodes: dict[str, int] = {}
        self._numbers = count(1)

    def xOpen(self, name: "apsw.URIFilename | str | None", flags: list[int]) -> apsw.VFSFile:
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "")
        is_new = not path.exists()
        file = RecordedFile(self.steps, path.name, name, flags)
        if path.name not in self._inodes:
            self._inodes[path.name] = next(self._numbers)
            if is_new:
                self.steps.append(Step("create", path.name, self._inodes[path.name]))
        file.inode = self._inodes[path.name]
        return file

    def xDelete(self, name: str, is_synced: bool) -> None:
        super().xDelete(name, False)
        inode = self._inodes.pop(Path(name).name, 0)
        self.steps.append(Step("delete", Path(name).name, inode, at=int(is_synced)))


class RecordedFile(apsw.VFSFile):
    inode = 0

    def __init__(
        self, steps: list[Step], own: str, name: "apsw.URIFilename | str | None", flags: list[int]
    ) -> None:
        super().__init__("", name, flags)
        self.steps, self.own = steps, own

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self.steps.append(Step("write", self.own, self.inode, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self.steps.append(Step("truncate", self.own, self.inode, size))

    def xSync(self, flags: int) -> None:
        self.steps.append(Step("sync", self.own, self.inode))


@dataclass
class File:
    durable: bytearray
    pending: list[Step] = field(default_factory=list)
    """Not synced yet."""

    def sync(self) -> None:
        for step in self.pending:
            put(self.durable, step)
        self.pending.clear()

    def left(self, chance: random.Random) -> bytes:
        """What the disk may hold: of the unsynced steps none, all, the first ones, or any, whole or torn."""
        content = bytearray(self.durable)
        kept = chance.choice((none, all_of, beginning, some))(self.pending, chance)
        is_torn = chance.random() < 0.5
        for step in kept:
            for part in torn(step, chance) if is_torn else [step]:
                put(content, part)
        return bytes(content)


def none(_: list[Step], __: random.Random) -> list[Step]:
    return []


def all_of(steps: list[Step], _: random.Random) -> list[Step]:
    return steps


def beginning(steps: list[Step], chance: random.Random) -> list[Step]:
    return steps[: chance.randint(0, len(steps))]


def some(steps: list[Step], chance: random.Random) -> list[Step]:
    share = chance.random()
    return [step for step in steps if chance.random() < share]


def torn(step: Step, chance: random.Random) -> list[Step]:
    """Some of the sectors of a write."""
    if step.do != "write":
        return [step]
    cuts = range(step.at - step.at % SECTOR, step.at + len(step.data), SECTOR)
    parts = [(max(cut, step.at), step.data[max(0, cut - step.at) : cut + SECTOR - step.at]) for cut in cuts]
    return [Step("write", at=at, data=data) for at, data in parts if chance.random() < 0.5]


def put(content: bytearray, step: Step) -> None:
    if step.do == "truncate":
        del content[step.at :]
        return
    content.extend(bytes(max(0, step.at - len(content))))
    content[step.at : step.at + len(step.data)] = step.data


class Disk:
    """Follows the steps; at any moment the power may go. A folder's changes reach the disk in their order,
    a file's writes in any."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.folder = {name: File(bytearray(content)) for name, content in files.items()}
        self.changes: list[tuple[str, File | None]] = []
        """Of the folder, not synced yet: a name with its new file, or with none."""
        self.open: dict[int, File] = {}
        self.mark = 0

    def follow(self, step: Step) -> None:
        match step.do:
            case "mark":
                self.mark = step.at
            case "create":
                self.open[step.inode] = File(bytearray())
                self.changes.append((step.name, self.open[step.inode]))
            case "delete":
                self.changes.append((step.name, None))
                if step.at:
                    self.sync_folder()
            case "sync":
                file = self.file(step)
                file.sync()
                if any(each is file for _, each in self.changes):  # a new file is synced with its folder
                    self.sync_folder()
            case _:
                self.file(step).pending.append(step)

    def file(self, step: Step) -> File:
        return self.open.setdefault(step.inode, self.folder.get(step.name) or File(bytearray()))

    def sync_folder(self) -> None:
        self.folder = named(self.folder, self.changes)
        self.changes.clear()

    def crash(self, chance: random.Random) -> dict[str, bytes]:
        """The files as they are found when the power is back."""
        names = named(self.folder, self.changes[: chance.randint(0, len(self.changes))])
        return {name: file.left(chance) for name, file in names.items()}


def named(folder: dict[str, File], changes: list[tuple[str, File | None]]) -> dict[str, File]:
    after: dict[str, File | None] = {**folder, **dict(changes)}
    return {name: file for name, file in after.items() if file is not None}
