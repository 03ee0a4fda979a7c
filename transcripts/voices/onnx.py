"""The voice encoder as an ONNX model, written out by hand: the few bytes of protobuf that it takes.

onnxruntime is there anyway (for speech detection) and keeps to one thread. numpy does not: its
multiplications wait for their threads, and take 15 times as long where two workers share two cores.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transcripts.voices.weights import Matrix

LAYERS, UNITS = 3, 256
IR, OPSET = 8, 17
FLOAT, INT, WHOLE = 1, 2, 7


def model(weights: dict[str, Matrix], bands: Matrix) -> bytes:
    """From `power` (frames, windows, bins) to `voices` (windows, 256), each of length 1."""
    graph = _field(5, _tensor("bands", bands)) + _node("MatMul", ["power", "bands"], [sound := "mels"])
    for n in range(LAYERS):
        for name, made in _layer(weights, n).items():
            graph += _field(5, _tensor(f"{name}{n}", made))
        outputs = [f"all{n}", f"last{n}"]
        graph += _node("LSTM", [sound, f"W{n}", f"R{n}", f"B{n}"], outputs, hidden_size=UNITS)
        graph += _node("Squeeze", [f"all{n}", "direction"], [sound := f"sound{n}"])
    graph += _field(5, _tensor("direction", np.array([1], np.int64)))
    graph += _node("Squeeze", [f"last{LAYERS - 1}", "first"], ["last"])
    graph += _field(5, _tensor("first", np.array([0], np.int64)))
    graph += _field(5, _tensor("weight", weights["linear.weight"]))
    graph += _field(5, _tensor("bias", weights["linear.bias"]))
    graph += _node("Gemm", ["last", "weight", "bias"], ["linear"], transB=1)
    graph += _node("Relu", ["linear"], ["positive"])
    graph += _node("LpNormalization", ["positive"], ["voices"], axis=1, p=2)
    graph += _field(2, b"voice encoder")
    graph += _field(11, _value("power", ["frames", "windows", len(bands)]))
    graph += _field(12, _value("voices", ["windows", UNITS]))
    return _field(1, IR) + _field(7, graph) + _field(8, _field(2, OPSET))


def _layer(weights: dict[str, Matrix], n: int) -> dict[str, Matrix]:
    """One layer's weights with the gates in ONNX's order: input, output, forget, cell; torch's differs."""

    def turned(name: str) -> Matrix:
        i, f, c, o = np.split(weights[f"lstm.{name}_l{n}"], 4)
        return np.concatenate([i, o, f, c])

    bias = np.concatenate([turned("bias_ih"), turned("bias_hh")])
    return {"W": turned("weight_ih")[None], "R": turned("weight_hh")[None], "B": bias[None]}


def _node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **numbers: int) -> bytes:
    node = b"".join(_field(1, name.encode()) for name in inputs)
    node += b"".join(_field(2, name.encode()) for name in outputs)
    node += _field(4, kind.encode())
    for name, value in numbers.items():
        node += _field(5, _field(1, name.encode()) + _field(3, value) + _field(20, INT))
    return _field(1, node)


def _tensor(name: str, numbers: npt.NDArray[np.float32] | npt.NDArray[np.int64]) -> bytes:
    sizes = b"".join(_field(1, size) for size in numbers.shape)
    kind = FLOAT if numbers.dtype == np.float32 else WHOLE
    return sizes + _field(2, kind) + _field(8, name.encode()) + _field(9, numbers.tobytes())


def _value(name: str, sizes: Sequence[int | str]) -> bytes:
    shape = b""
    for size in sizes:
        shape += _field(1, _field(1, size) if isinstance(size, int) else _field(2, size.encode()))
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, FLOAT) + _field(2, shape)))


def _field(number: int, value: int | bytes) -> bytes:
    """One field of a protobuf message: a whole number, or bytes with their length before them."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
