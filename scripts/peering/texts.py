"""Similarity of texts, by the libraries that others use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import iscc_lib
import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from peering.base import Bytes, Distances, Peer, hamming, iscc_bits

Sketch = NDArray[np.uint64]

_PERMUTATIONS = 128
_WORDS = 3
_WORD = re.compile(r"\w+")
_HASH_BYTES = 4
_CUSTOMARY_DISTANCE = 0.5  # MinHashLSH of the library finds a Jaccard index of about so much


def peers() -> list[Peer]:
    """MinHash (Broder 1997) of three words on end, and the ISCC text code (ISO 24138)."""
    return [
        Peer(
            "MinHash of 3 words",
            _min_hash,
            _jaccard,
            bytes_of=lambda values: _HASH_BYTES * len(values),
            customary=_CUSTOMARY_DISTANCE,
        ),
        Peer("ISCC text 256", _iscc, hamming),
    ]


def _min_hash(path: Path) -> Sketch:
    words = _WORD.findall(path.read_text("utf-8").lower())
    shingles = {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))}
    sketch = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([shingle.encode() for shingle in shingles])
    return np.asarray(sketch.hashvalues, dtype=np.uint64)


def _jaccard(query: Sketch, references: Sequence[Sketch]) -> Distances:
    """One less the estimated Jaccard index."""
    return np.asarray(1.0 - (np.stack(references) == query).mean(axis=1))


def _iscc(path: Path) -> Bytes:
    return iscc_bits(str(iscc_lib.gen_text_code_v0(path.read_text("utf-8"), 256)["iscc"]))
