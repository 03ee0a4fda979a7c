"""The encoder computes what the published network does, and hears the same voice in the same sound."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from transcripts.voices import encoder
from transcripts.voices.encoder import WINDOW, bands, power, voices
from transcripts.voices.weights import Matrix, is_installed, read_weights, weights_file

RNG = np.random.default_rng(3)


def test_the_bands_are_those_of_the_library_that_taught_the_model() -> None:
    slaney = FeatureExtractor.get_mel_filters(16_000, 400, n_mels=40)
    assert np.abs(bands().T - slaney).max() < 1e-8


def test_a_tone_is_in_its_band() -> None:
    tone = (0.1 * np.sin(2 * np.pi * 1000 * np.arange(WINDOW) / 16_000)).astype(np.float32)
    found = power(tone)
    assert found.shape == (160, 201)
    assert set((found[5:-5] @ bands()).argmax(axis=1)) == {13}


def test_quiet_sound_is_made_louder_and_loud_sound_is_left() -> None:
    sound = RNG.standard_normal(WINDOW).astype(np.float32)
    assert power(sound * 1e-4) == pytest.approx(power(sound * 1e-3), rel=1e-3)
    assert power(sound * 0.2).mean() == pytest.approx(4 * power(sound * 0.1).mean(), rel=1e-3)


def plain(mels: Matrix, weights: dict[str, Matrix]) -> Matrix:
    """The network written out: three layers of LSTM as torch defines them, a linear one, length 1."""

    def sigmoid(x: Matrix) -> Matrix:
        return 1 / (1 + np.exp(-x))

    sound, hidden = mels, np.zeros((mels.shape[1], 256), np.float32)
    for n in range(3):
        to_gates, back = weights[f"lstm.weight_ih_l{n}"].T, weights[f"lstm.weight_hh_l{n}"].T
        bias = weights[f"lstm.bias_ih_l{n}"] + weights[f"lstm.bias_hh_l{n}"]
        hidden, cell, heard = np.zeros_like(hidden), np.zeros_like(hidden), []
        for frame in sound:
            opens, forgets, new, out = np.split(frame @ to_gates + hidden @ back + bias, 4, axis=1)
            cell = sigmoid(forgets) * cell + sigmoid(opens) * np.tanh(new)
            hidden = sigmoid(out) * np.tanh(cell)
            heard.append(hidden)
        sound = np.stack(heard)
    found = np.maximum(0, hidden @ weights["linear.weight"].T + weights["linear.bias"])
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.mark.skipif(not is_installed(), reason="the optional extra `voices` is not installed")
def test_onnx_computes_what_the_network_says(monkeypatch: pytest.MonkeyPatch) -> None:
    path = weights_file()
    assert path is not None
    monkeypatch.setattr(encoder, "BATCH", 2)
    pieces = [RNG.standard_normal(WINDOW).astype(np.float32) * loudness for loudness in (0.2, 0.01, 0.001)]
    written_out = plain(np.stack([power(piece) for piece in pieces], axis=1) @ bands(), read_weights(path))
    assert np.abs(voices(pieces) - written_out).max() < 1e-5
    assert voices([]).shape == (0, 256)
