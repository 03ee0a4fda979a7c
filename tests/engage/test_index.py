"""The index: one writer, whole commits, cursors with them, and the same answers after a rebuild."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import tantivy

from engage.finding import Query, search
from engage.index import Document, Index, Writer

DAY = date(2026, 3, 5)


def line(id: str, text: str, *, meeting: str = "m1", day: date = DAY, position: int = 0) -> Document:
    return Document(id, "line", meeting, "council", day, text, "en", position=position)


def writer_of(index: Index) -> Writer:
    writer = index.try_writer()
    assert writer
    return writer


def ids(index: Index, text: str) -> list[str]:
    return [hit.id for hit in search(index, Query(text)).page]


def test_one_opener_gets_the_writer_until_it_is_closed(tmp_path: Path) -> None:
    one, other = Index(tmp_path), Index(tmp_path)
    writer = writer_of(one)
    assert (one.try_writer(), other.try_writer()) == (None, None)
    writer.close()
    writer_of(other).close()


def test_readers_see_whole_commits_of_another_opener(tmp_path: Path) -> None:
    one, other = Index(tmp_path), Index(tmp_path)
    writer = writer_of(one)
    writer.put([line("a", "bike lanes")])
    assert (ids(other, "bike"), other.cursors()) == ([], {})
    writer.commit({"m1": 7, "city": 2})
    assert (ids(other, "bike"), other.cursors()) == (["a"], {"m1": 7, "city": 2})
    writer.commit({"m1": 8})
    assert (ids(other, "bike"), other.cursors()) == (["a"], {"m1": 8, "city": 2})
    writer.close()


def test_what_is_not_committed_is_dropped(tmp_path: Path) -> None:
    index = Index(tmp_path)
    writer = writer_of(index)
    writer.put([line("a", "bike")])
    writer.close()
    writer = writer_of(index)
    writer.commit({"m1": 1})
    assert (ids(index, "bike"), index.cursors()) == ([], {"m1": 1})
    writer.close()


KILLED = """
import sys, time
from datetime import date
from pathlib import Path
from engage.index import Document, Index

writer = Index(Path(sys.argv[1])).try_writer()
writer.put([Document("a", "line", "m1", "council", date(2026, 3, 5), "kept words")])
writer.commit({"m1": 1})
writer.put([Document("b", "line", "m1", "council", date(2026, 3, 5), "lost words")])
print("half way", flush=True)
time.sleep(60)
"""


def test_a_killed_writer_leaves_its_last_commit_and_the_lock(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout
        assert process.stdout.readline() == b"half way\n"
        index = Index(tmp_path)
        assert index.try_writer() is None
        process.send_signal(signal.SIGKILL)
    writer = writer_of(index)
    assert (ids(index, "words"), index.cursors()) == (["a"], {"m1": 1})
    writer.put([line("b", "lost words")])
    writer.commit({"m1": 2})
    assert (sorted(ids(index, "words")), index.cursors()) == (["a", "b"], {"m1": 2})
    writer.close()


def test_putting_again_replaces(tmp_path: Path) -> None:
    index = Index(tmp_path)
    writer = writer_of(index)
    for text in ("first words", "second words"):
        writer.put([line("a", text), line("a", text)])
        writer.put([line("a", text)])
        writer.commit({})
    assert (ids(index, "words"), ids(index, '"first"'), ids(index, '"second"')) == (["a"], [], ["a"])
    writer.close()


def test_removing(tmp_path: Path) -> None:
    index = Index(tmp_path)
    writer = writer_of(index)
    writer.put([line("a", "word"), line("b", "word"), line("c", "word", meeting="m2"), line("d", "word")])
    writer.commit({"m1": 4, "m2": 1})
    writer.remove(["b", "unknown"])
    writer.commit({"m1": 5})
    assert sorted(ids(index, "word")) == ["a", "c", "d"]
    writer.remove_meeting("m1")
    writer.commit({"m1": 6})
    assert (ids(index, "word"), index.cursors()) == (["c"], {"m1": 6, "m2": 1})
    writer.close()


def test_clearing_is_seen_with_what_comes_instead(tmp_path: Path) -> None:
    index = Index(tmp_path)
    writer = writer_of(index)
    writer.put([line("a", "word")])
    writer.commit({"m1": 1})
    writer.clear()
    writer.put([line("b", "word")])
    assert (ids(index, "word"), index.cursors()) == (["a"], {"m1": 1})
    writer.commit({"m2": 1})
    assert (ids(index, "word"), index.cursors()) == (["b"], {"m2": 1})
    writer.close()


def test_only_names_are_stored(tmp_path: Path) -> None:
    index = Index(tmp_path)
    writer = writer_of(index)
    writer.put([line("a", "withheld words")])
    writer.commit({})
    writer.close()
    searcher = index.searcher()
    stored = [
        searcher.doc(address).to_dict() for _, address in searcher.search(tantivy.Query.all_query()).hits
    ]
    assert stored == [{"id": ["a"], "kind": ["line"], "meeting": ["m1"]}]


def test_another_version_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = writer_of(Index(tmp_path))
    writer.put([line("a", "word")])
    writer.commit({"m1": 1})
    writer.close()
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr("engage.index.VERSION", 0)
    index = Index(tmp_path)
    assert (ids(index, "word"), index.cursors()) == ([], {})
    writer_of(index).close()
    assert sorted(path.name[:2] for path in tmp_path.iterdir()) == ["0-", "no"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "meta.json").write_text("{"),
        lambda folder: next(folder.glob("*.term")).unlink(),
        lambda folder: next(folder.glob("*.idx")).write_bytes(b""),
    ],
)
def test_a_damaged_index_gives_way(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    writer = writer_of(Index(tmp_path))
    writer.put([line("a", "word")])
    writer.commit({"m1": 1})
    writer.close()
    damage(next(tmp_path.iterdir()))
    index = Index(tmp_path)
    assert (ids(index, "word"), index.cursors()) == ([], {})
    writer = writer_of(index)
    writer.put([line("a", "word")])
    writer.commit({"m1": 1})
    assert ids(index, "word") == ["a"]
    writer.close()


def test_a_rebuilt_index_gives_the_same_hits_in_the_same_order(tmp_path: Path) -> None:
    dice = random.Random(1)
    words = ["bike", "bikes", "lane", "lanes", "council", "park", "parking", "street", "the", "of"]
    lived, fresh = Index(tmp_path / "lived"), Index(tmp_path / "fresh")
    now: dict[str, Document] = {}
    writer = writer_of(lived)
    for seq in range(12):
        some = [
            line(
                f"l{dice.randrange(150)}",
                " ".join(dice.choices(words, k=dice.randint(1, 8))),
                meeting=f"m{dice.randrange(4)}",
                day=DAY - timedelta(days=dice.randrange(3)),
                position=dice.randrange(3),
            )
            for _ in range(40)
        ]
        now |= {document.id: document for document in some}
        writer.put(some)
        gone = dice.sample(sorted(now), 8)
        writer.remove(gone)
        now = {id: document for id, document in now.items() if id not in gone}
        writer.commit({"m": seq})
    writer.close()
    writer = writer_of(fresh)
    writer.put(dice.sample(list(now.values()), len(now)))
    writer.commit({"m": 11})
    writer.close()
    for text in ["bike", "lane", "the", "bike lanes", '"bike lanes"', "park*", "council street of", "bikee"]:
        one, other = (
            [search(index, Query(text), limit=7, offset=at).page for at in range(0, 175, 7)]
            for index in (lived, fresh)
        )
        assert one == other
        assert one[0]
