"""The voice encoder's weights are the pinned ones, and nothing of their file or package is run."""

import hashlib
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transcripts.voices.weights import MAGIC, is_installed, read_weights, tensors, weights_file
from transcripts.weights import ModelDamaged


class Named:
    """Something that a pickle names, without there being such a thing here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Writer(pickle._Pickler):  # type: ignore[misc,name-defined]
    """Writes tensors as torch does: by names, and by the place of their numbers."""

    def save(self, thing: Any, *options: Any) -> None:
        if isinstance(thing, Named):
            self.write(pickle.GLOBAL + f"{thing.module}\n{thing.name}\n".encode())
        elif isinstance(thing, Stored):
            shape, store = thing.shape, ("storage", thing.kind, "7", "cpu", thing.size, None)
            self.save(Named("torch._utils", "_rebuild_tensor_v2"))
            self.write(pickle.MARK)
            self.save(store)
            self.write(pickle.BINPERSID)
            for part in (thing.offset, shape, (shape[-1], 1), False, OrderedDict()):
                self.save(part)
            self.write(pickle.TUPLE + pickle.REDUCE)
        else:
            super().save(thing, *options)


class Stored:
    kind = Named("torch", "FloatStorage")

    def __init__(self, offset: int, shape: tuple[int, ...], size: int = 10) -> None:
        self.offset, self.shape, self.size = offset, shape, size


def torch_file(state: dict[str, object], *, magic: int = MAGIC) -> bytes:
    class Bytes(bytearray):
        def write(self, more: bytes) -> None:
            self.extend(more)

    file = Bytes()
    system = {"little_endian": True}
    for part in (magic, 1001, system, {"step": 3, "model_state": OrderedDict(state)}, ["7"]):
        Writer(file, 2).dump(part)
    return bytes(file) + (10).to_bytes(8, "little") + np.arange(10, dtype="<f4").tobytes()


def test_tensors_are_read_from_their_places() -> None:
    found = tensors(torch_file({"a": Stored(0, (2, 3)), "b": Stored(6, (4,)), "step": 5}))
    assert {name: tensor.tolist() for name, tensor in found.items()} == {
        "a": [[0, 1, 2], [3, 4, 5]],
        "b": [6, 7, 8, 9],
    }


def test_nothing_in_the_file_is_run(tmp_path: Path) -> None:
    trap = b"\x80\x02cposix\nsystem\n(U" + bytes([len(str(tmp_path)) + 8]) + f"touch {tmp_path}/x".encode()
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.system is not read"):
        tensors(trap + b"tR.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module, name", [("torch", "DoubleStorage"), ("builtins", "eval"), ("os", "system")])
def test_no_other_name_is_known(module: str, name: str) -> None:
    with pytest.raises(pickle.UnpicklingError, match=f"{module}.{name} is not read"):
        tensors(torch_file({"a": Named(module, name)}))


def test_a_file_of_another_form_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="not a torch file of this form"):
        tensors(torch_file({}, magic=1))


def test_a_store_of_another_length_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="another length"):
        tensors(torch_file({"a": Stored(0, (2, 3), size=11)}))


def test_only_the_pinned_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pretrained.pt"
    content = torch_file({"a": Stored(0, (1,))})
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"pretrained\.pt is not as published"):
        read_weights(path)
    assert read_weights(path, pin=hashlib.sha256(content).hexdigest())["a"].tolist() == [0]


def test_the_package_is_found_without_running_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "voices_test_1").mkdir()
    (tmp_path / "voices_test_1" / "__init__.py").write_text("raise RuntimeError('never run')")
    assert weights_file("voices_test_1") is None
    (tmp_path / "voices_test_1" / "pretrained.pt").write_bytes(b"")
    assert weights_file("voices_test_1") == tmp_path / "voices_test_1" / "pretrained.pt"
    assert weights_file("voices_test_none") is None


@pytest.mark.skipif(not is_installed(), reason="the optional extra `voices` is not installed")
def test_the_installed_weights_are_the_published_ones() -> None:
    path = weights_file()
    assert path is not None
    found = read_weights(path)
    layers = {
        f"lstm.{kind}_l{n}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh") for n in range(3)
    }
    assert found.keys() - {"similarity_weight", "similarity_bias"} == {
        *layers,
        "linear.weight",
        "linear.bias",
    }
    assert {found[name].shape for name in layers} == {(1024, 40), (1024, 256), (1024,)}
