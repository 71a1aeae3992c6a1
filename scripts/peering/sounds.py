"""Fingerprints of sounds by libraries of others. Needs libchromaprint (Debian: libchromaprint1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromaprint
import iscc_lib
import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from peering.base import Bytes, Distances, Peer, hamming, iscc_bits

Items = NDArray[np.uint32]

_ITEM_BYTES = 4
_ITEM_BITS = 32
_UNKNOWN = _ITEM_BITS // 2  # bits that differ by chance
_CUSTOMARY = 0.35  # of bits that differ: below it two stretches are taken for the same recording


def peers() -> list[Peer]:
    """Chromaprint at the best offset of the two sounds, and the ISCC audio code (ISO 24138) made from it."""
    return [
        Peer(
            "Chromaprint at the best offset",
            _items,
            _best_offsets,
            bytes_of=lambda items: _ITEM_BYTES * len(items),
            customary=_CUSTOMARY,
        ),
        Peer("ISCC audio 256", _iscc, hamming),
    ]


def _items(path: Path) -> Items:
    """Chromaprint's 32-bit items, about eight a second."""
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    maker = chromaprint.Fingerprinter()
    maker.start(rate, samples.shape[1])
    maker.feed(samples.tobytes())
    items, _ = chromaprint.decode_fingerprint(maker.finish())
    return np.array(items, dtype=np.int64).astype(np.uint32)


def _best_offsets(query: Items, references: Sequence[Items]) -> Distances:
    return np.array([_best_offset(query, reference) for reference in references])


def _best_offset(one: Items, other: Items) -> float:
    """The least share of bits of the shorter that differ; it may stand out at either end by half its length.

    What stands out counts as differing by chance.
    """
    short, long = sorted((one, other), key=len)
    if not len(short):
        return 1.0
    beyond = len(short) // 2
    padded = np.pad(long, beyond)
    inside = sliding_window_view(np.pad(np.ones(len(long), bool), beyond), len(short))
    differing = np.bitwise_count(sliding_window_view(padded, len(short)) ^ short)
    shares = np.where(inside, differing, _UNKNOWN).mean(axis=1) / _ITEM_BITS
    return float(shares.min())


def _iscc(path: Path) -> Bytes:
    vector = _items(path).view(np.int32).tolist()
    return iscc_bits(str(iscc_lib.gen_audio_code_v0(vector, 256)["iscc"]))
