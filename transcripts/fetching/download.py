"""One recording from another server to the disk, in constant memory, whole or not at all."""

from collections.abc import Collection
from contextlib import closing
from urllib.parse import unquote, urlsplit

from engage.space import NO_ROOM, has_room
from transcripts.fetching.addresses import Way
from transcripts.fetching.asking import Answer, Line
from transcripts.fetching.kinds import expect_file, is_playlist
from transcripts.fetching.playlist import Listed, read_list
from transcripts.fetching.stream import Note, fetch_stream
from transcripts.uploads import Incoming, NotTaken, too_large


class Download:
    """`fetch` in a thread; `stop` from anywhere, which ends it soon."""

    def __init__(self, way: Way, allowed: Collection[str], limit: int) -> None:
        self.line, self.limit = Line(way, allowed), limit

    def stop(self) -> None:
        self.line.stop()

    def fetch(self, address: str, file: Incoming, note: Note) -> str:
        """The name of the file. Raises NotTaken, with what to tell the clerk."""
        with closing(self.line):
            with self.line.answer(address) as answer:
                listed = self._take(answer, file, note)
                name = unquote(urlsplit(answer.address).path)
            return fetch_stream(self.line, listed, file, self.limit, note) if listed else name

    def _take(self, answer: Answer, file: Incoming, note: Note) -> Listed | None:
        """The file itself, or the list of its pieces, of which nothing is written."""
        kind, total = answer.response.headers.get_content_type(), answer.response.length
        if total is not None and total > self.limit:
            raise too_large(self.limit)
        if not has_room(file.path.parent, total or 0):
            raise NotTaken(507, NO_ROOM)
        expect_file(kind, b"")
        for block in (blocks := self.line.blocks(answer.response)):
            if file.size == 0:
                if is_playlist(kind, block):
                    return read_list(answer.address, block, blocks)
                expect_file("", block)
            if file.size + len(block) > self.limit:
                raise too_large(self.limit)
            file.write(block)
            note(file.size, total)
        return None
