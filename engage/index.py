"""The search index: a reading of the record kept by tantivy, which can be thrown away and built again."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import repeat
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy

from engage.words import LANGUAGES, fold, primary, spelled, stem

VERSION = 1
"""Of what is indexed and how: raise it with every change to Document, the fields or engage.words."""
EDGE = 8
"""Words of the following line that are indexed with a line, for phrases that run over its end."""
NEXT = ">"
"""Before each of those words. No word has this sign: only a phrase that begins in this line reaches them."""
TITLE_DAYS = 365
"""A title is listed as though it were so much newer, before what was said about it."""
CURSOR = "cursor"
"""The kind of a document that says how far a book has been read."""
DAMAGE = ("corrupt", "DoesNotExist", "does not match")
"""What tantivy says of an index that it cannot read. Other errors, as of a full disk, destroy nothing."""
HEAP = 64 * 2**20
"""Bytes that a writer may fill before it writes a segment."""


@dataclass(frozen=True)
class Document:
    """One findable text. Stored are its id, kind and meeting; of the text only which words stand where."""

    id: str
    kind: str
    """line, item, meeting ... in the domain's own words."""
    meeting: str
    body: str
    date: date
    text: str
    language: str = ""
    """en and es have stems, other languages are found by exact word."""
    after: str = ""
    """What is said next: the first 8 words of the following line or lines."""
    position: int = 0
    """Place in the meeting, e.g. in seconds: hits of one day come in this order."""
    is_title: bool = False


def _schema() -> tantivy.Schema:
    """Exact words and stems are separate fields. `order` is different for every document, so that hits come
    in one order whatever the index has lived through; scores would not do, since they count deleted texts."""
    build = tantivy.SchemaBuilder()
    for name in ("id", "kind", "meeting", "cursor"):
        build.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("body", tokenizer_name="raw", index_option="basic")
    build.add_integer_field("seq", stored=True, fast=True)
    build.add_integer_field("day", indexed=True, fast=True)
    build.add_text_field("order", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("exact", *LANGUAGES):
        build.add_text_field(name, tokenizer_name="words", index_option="position")
    return build.build()


SCHEMA = _schema()


def _fields(document: Document) -> dict[str, str | int]:
    words = spelled(document.text)
    following = [NEXT + fold(word) for word in spelled(document.after, EDGE)]
    day = document.date.toordinal()
    newness = day + (TITLE_DAYS if document.is_title else 0)
    fields: dict[str, str | int] = {
        "id": document.id,
        "kind": document.kind,
        "meeting": document.meeting,
        "body": document.body,
        "day": day,
        "order": f"{newness:07d} {document.meeting} {10**9 - document.position:010d} {document.id}",
        "exact": " ".join([*map(fold, words), *following]),
    }
    language = primary(document.language)
    if language in LANGUAGES:
        fields[language] = " ".join(map(stem, words, repeat(language)))
    return fields


class Writer:
    """The one that may write, in whichever process took it; nothing is seen by readers before `commit`."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer

    def put(self, documents: Iterable[Document]) -> None:
        """Add, or replace what has the same id."""
        for document in documents:
            self._writer.delete_documents_by_term("id", document.id)
            self._writer.add_document(tantivy.Document.from_dict(_fields(document), SCHEMA))

    def remove(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._writer.delete_documents_by_term("id", id)

    def remove_meeting(self, meeting: str) -> None:
        """Everything of this meeting; its cursor stays."""
        self._writer.delete_documents_by_term("meeting", meeting)

    def clear(self) -> None:
        """Everything, cursors too; readers keep the old until the commit."""
        self._writer.delete_all_documents()

    def commit(self, cursors: Mapping[str, int]) -> None:
        """Show what was put and removed, together with how far each of these books has been read."""
        for book, seq in cursors.items():
            self._writer.delete_documents_by_term("cursor", book)
            self._writer.add_document(tantivy.Document(kind=CURSOR, cursor=book, seq=seq))
        self._writer.commit()

    def close(self) -> None:
        """Let another process write; what was not committed is dropped."""
        self._writer.wait_merging_threads()


class Index:
    """The index as every process opens it; any number of threads and processes may read at once."""

    def __init__(self, folder: Path) -> None:
        """It is opened, or made, when it is first asked for: a folder that cannot be read is found out then,
        as OSError or ValueError, and again until it can be."""
        self._folder = folder / f"{VERSION}-{version('tantivy')}"
        self._opening = Lock()
        self._open: tantivy.Index | None = None

    def _opened(self) -> tantivy.Index:
        with self._opening:
            self._open = self._open or _open_or_create(self._folder)
            return self._open

    def let_go(self) -> None:
        """Open it anew the next time: its folder may have been replaced."""
        with self._opening:
            self._open = None

    def try_writer(self) -> Writer | None:
        """The writer, or None while another process or thread has it. It falls free when its process dies."""
        try:
            writer = Writer(self._opened().writer(HEAP, num_threads=1))
        except ValueError as error:
            if "LockBusy" in str(error):
                return None
            raise
        for other in self._folder.parent.glob("[0-9]*-*.*.*"):
            if other != self._folder:
                shutil.rmtree(other)
        return writer

    def searcher(self) -> tantivy.Searcher:
        """The last commit of whichever process, and it stays that one."""
        index = self._opened()
        index.reload()
        return index.searcher()

    def cursors(self) -> dict[str, int]:
        """By book, the last entry that the index has read."""
        searcher = self.searcher()
        query = tantivy.Query.term_query(SCHEMA, "kind", CURSOR)
        fields, _ = found(searcher, query, count(searcher, query), by="seq")
        return {each["cursor"]: each["seq"] for each in fields}


def _open_or_create(folder: Path) -> tantivy.Index:
    """What another version wrote, or what is damaged, gives way to an empty index, whose cursors say that
    every book is to be read again."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(SCHEMA, str(folder))
    except ValueError as error:
        if not any(sign in str(error) for sign in DAMAGE):
            raise
        shutil.rmtree(folder)
        folder.mkdir()
        index = tantivy.Index(SCHEMA, str(folder))
    index.config_reader("Manual")
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", words)
    return index


def found(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int, offset: int = 0, *, by: str = "order"
) -> tuple[list[dict[str, Any]], int]:
    """What is stored of the hits with the highest `by`, and how many there are in all."""
    result = searcher.search(query, limit=max(1, limit), offset=offset, order_by_field=by)
    hits = [searcher.doc(address).to_dict() for _, address in result.hits[:limit]]
    total: int = result.count  # type: ignore[attr-defined]  # forgotten in tantivy's stub
    return [{name: values[0] for name, values in hit.items()} for hit in hits], total


def count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents match, without the deleted ones, which other figures of the index still count."""
    return found(searcher, query, 0)[1]
