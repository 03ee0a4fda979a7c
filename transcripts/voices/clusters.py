"""Voices told apart: what sounds alike is joined, until what is left does not sound alike any more."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

ALIKE = 0.69
BLOCK = 600


class Clusters(NamedTuple):
    """Of each cluster the sum of its impressions, each as long as it lasted, and how long that is in all."""

    sums: Vectors
    ms: Vectors

    @property
    def voices(self) -> Vectors:
        return directions(self.sums)

    def longer_than(self, ms: int) -> "Clusters":
        """Without the short ones; the longest is always among them."""
        is_long = self.ms >= min(ms, self.ms.max())
        return Clusters(self.sums[is_long], self.ms[is_long])


def directions(vectors: npt.NDArray[np.float32]) -> Vectors:
    """Each made as long as 1; nothing stays nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def told_apart(impressions: Clusters) -> Clusters:
    """Average linkage by cosine, block after block: the clusters so far are joined with the next block.

    Up to 600 impressions (some 20 minutes of speech) this compares each with each; beyond, memory and work
    grow with the number of blocks and not with the square of the length.
    """
    found = Clusters(impressions.sums[:0], impressions.ms[:0])
    for n in range(0, len(impressions.ms), BLOCK):
        sums = np.concatenate([found.sums, impressions.sums[n : n + BLOCK]])
        found = _joined(sums, np.concatenate([found.ms, impressions.ms[n : n + BLOCK]]))
    return found


def _joined(sums: Vectors, ms: Vectors) -> Clusters:
    """The two clusters that are most alike become one, again and again.

    The mean likeness of all pairs of two clusters is the product of their sums over that of their lengths.
    """
    sums, ms = sums.copy(), ms.copy()
    alike = sums @ sums.T / np.outer(ms, ms)
    np.fill_diagonal(alike, -1)
    while alike.size and alike.max() >= ALIKE:
        keep, gone = divmod(int(alike.argmax()), len(ms))
        both = (alike[keep] * ms[keep] + alike[gone] * ms[gone]) / (ms[keep] + ms[gone])
        sums[keep] += sums[gone]
        ms[keep] += ms[gone]
        ms[gone] = 0
        alike[keep], alike[:, keep] = both, both
        alike[gone], alike[:, gone] = -1, -1
        alike[keep, (ms == 0) | (np.arange(len(ms)) == keep)] = -1
        alike[:, keep] = alike[keep]
    return Clusters(sums[ms > 0], ms[ms > 0])
