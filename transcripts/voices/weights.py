"""The voice encoder's weights: found in an installed package, checked, and read without running any code.

They come with Resemblyzer (Apache-2.0), of which only this one file is used: no torch, none of its code.
"""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from engage.language import N_
from transcripts.weights import ModelDamaged

Matrix = npt.NDArray[np.float32]

FILE = "pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
MAGIC = 0x1950A86A20F9469CFC6C
"""How torch's files begin that are no zip: five pickles, then for each store its length and its numbers."""


class Store(NamedTuple):
    """Where a tensor's numbers lie, as the file's index says."""

    key: str
    size: int


class Place(NamedTuple):
    """A tensor before the numbers are read."""

    store: Store
    offset: int
    shape: tuple[int, ...]


def is_installed() -> bool:
    """Whether the optional extra `voices` is there; the one place that says so."""
    return weights_file() is not None


def weights_file(module: str = "resemblyzer") -> Path | None:
    """Where the weights lie, without importing the package: that would ask for torch."""
    spec = find_spec(module)
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0]) / FILE if places else None
    return path if path and path.is_file() else None


def read_weights(path: Path, *, pin: str = SHA256) -> dict[str, Matrix]:
    """The model's tensors by name. Raises ModelDamaged when the file is not, bit for bit, the pinned one."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != pin:
        message = N_("The installed speech model %(model)s is damaged: %(file)s is not as published.")
        raise ModelDamaged(message, model="voices", file=path.name)
    return tensors(content)


def tensors(content: bytes) -> dict[str, Matrix]:
    """The tensors of the checkpoint's `model_state`; whatever else the file holds is passed over.

    Raises pickle.UnpicklingError for anything that is not a plain torch file of this form.
    """
    file = BytesIO(content)
    magic, _, system, checkpoint, keys = (_Plain(file).load() for _ in range(5))
    if magic != MAGIC or not system["little_endian"]:
        raise pickle.UnpicklingError("not a torch file of this form")
    places = {name: place for name, place in checkpoint["model_state"].items() if isinstance(place, Place)}
    sizes = {place.store.key: place.store.size for place in places.values()}
    stores: dict[str, Matrix] = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        numbers = np.frombuffer(file.read(4 * count), "<f4")
        if sizes.get(key, count) != len(numbers):
            raise pickle.UnpicklingError("a store of another length than its tensors say")
        stores[key] = numbers
    return {name: _tensor(place, stores[place.store.key]) for name, place in places.items()}


def _tensor(place: Place, numbers: Matrix) -> Matrix:
    count = int(np.prod(place.shape))
    return numbers[place.offset : place.offset + count].reshape(place.shape)


def _rebuilt(store: Store, offset: int, shape: tuple[int, ...], *_: object) -> Place:
    return Place(store, offset, shape)


class _Plain(pickle.Unpickler):
    """Knows three names, all of them its own; a file that asks for any other is refused."""

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Callable[..., object]] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _rebuilt,
            ("torch", "FloatStorage"): float,
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} is not read")
        return known[module, name]

    def persistent_load(self, pid: Any) -> Store:
        kind, _, key, _, count, _ = pid
        if kind != "storage":
            raise pickle.UnpicklingError("not a tensor's store")
        return Store(key, count)
