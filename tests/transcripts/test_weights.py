"""Weights are found where they are, and nothing but the pinned ones is loaded from a package."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from transcripts.weights import ModelDamaged, ModelMissing, Package, cache_folder, find_model

CONFIG, LEFT, RIGHT = b"{}", b"left" * 1000, b"right" * 1000


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


PINS = {"config.json": sha(CONFIG), "model.bin": sha(LEFT + RIGHT)}
TINY = Package("tiny", ("weights_test_1", "weights_test_2"), "data", PINS)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, dict[str, bytes]], Path]:
    """Puts a package with these files in its data folder on the path."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(module: str, files: dict[str, bytes]) -> Path:
        data = site / module / "data"
        data.mkdir(parents=True, exist_ok=True)
        (site / module / "__init__.py").write_text("raise RuntimeError('packages of weights are never run')")
        for name, content in files.items():
            (data / name).write_bytes(content)
        return data

    return put


@pytest.fixture
def installed(install: Callable[[str, dict[str, bytes]], Path]) -> Path:
    install("weights_test_2", {"model.bin.part2": RIGHT})
    return install("weights_test_1", {"model.bin.part1": LEFT, "config.json": CONFIG})


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_pieces_are_joined_once(installed: Path, tmp_path: Path) -> None:
    folder = find_model("tiny", cache=tmp_path / "cache", packages=[TINY])
    assert folder == tmp_path / "cache" / f"tiny-{PINS['model.bin'][:8]}"
    assert files(folder) == {"config.json": CONFIG, "model.bin": LEFT + RIGHT}
    before = (folder / "model.bin").stat().st_ino
    assert find_model("tiny", cache=tmp_path / "cache", packages=[TINY]) == folder
    assert (folder / "model.bin").stat().st_ino == before


def test_a_folder_comes_first(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny").mkdir()
    assert find_model("tiny", cache=tmp_path / "cache", packages=[TINY]) != Path("tiny")
    Path("tiny/model.bin").touch()
    assert find_model("tiny", cache=tmp_path / "cache", packages=[TINY]) == Path("tiny")


def test_what_is_not_installed_is_left_to_the_download(
    install: Callable[[str, dict[str, bytes]], Path], tmp_path: Path
) -> None:
    install("weights_test_1", {"model.bin.part1": LEFT, "config.json": CONFIG})
    assert find_model("tiny", cache=tmp_path / "cache", packages=[TINY]) == "tiny"
    assert find_model("large-v3", cache=tmp_path / "cache") == "large-v3"
    assert not (tmp_path / "cache").exists()


def test_the_next_package_is_taken_when_the_first_is_not_installed(installed: Path, tmp_path: Path) -> None:
    absent = Package("tiny", ("weights_test_absent",), "data", {"model.bin": sha(b"")})
    folder = find_model("tiny", cache=tmp_path / "cache", packages=[absent, TINY])
    assert files(Path(folder))["model.bin"] == LEFT + RIGHT


@pytest.mark.parametrize("name", ["model.bin.part1", "config.json"])
def test_a_damaged_package_is_refused(installed: Path, tmp_path: Path, name: str) -> None:
    (installed / name).write_bytes(b"something else")
    with pytest.raises(ModelDamaged) as refused:
        find_model("tiny", cache=tmp_path / "cache", packages=[TINY])
    file = name.removesuffix(".part1")
    assert str(refused.value) == f"The installed speech model tiny is damaged: {file} is not as published."
    assert not (tmp_path / "cache" / f"tiny-{PINS['model.bin'][:8]}" / file).exists()


def test_a_damaged_cache_is_joined_again(installed: Path, tmp_path: Path) -> None:
    folder = Path(find_model("tiny", cache=tmp_path / "cache", packages=[TINY]))
    (folder / "model.bin").write_bytes(b"cut off")
    find_model("tiny", cache=tmp_path / "cache", packages=[TINY])
    assert files(folder) == {"config.json": CONFIG, "model.bin": LEFT + RIGHT}


def test_many_at_once_leave_one_whole_model(installed: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: find_model("tiny", cache=tmp_path / "cache", packages=[TINY]), range(16))
        (folder,) = {Path(folder) for folder in found}
    assert files(folder) == {"config.json": CONFIG, "model.bin": LEFT + RIGHT}


def test_a_cache_that_cannot_be_written_is_told(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(
        ModelMissing, match="^The speech model cannot be stored in .*cache.*: Not a directory.$"
    ):
        find_model("tiny", cache=tmp_path / "cache", packages=[TINY])


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENGAGE_MODELS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/people/clerk")
    assert cache_folder() == Path("/people/clerk/.cache/engage/models")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert cache_folder() == Path("/var/cache/engage/models")
    monkeypatch.setenv("ENGAGE_MODELS", "/srv/models")
    assert cache_folder() == Path("/srv/models")
