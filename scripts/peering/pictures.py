"""Perceptual hashes of pictures, by the libraries that others use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import imagehash
import numpy as np
import pdqhash
from PIL import Image

from peering.base import Bytes, Peer, hamming, iscc_bits
from registry.fingerprint import iscc

Hash = Callable[..., imagehash.ImageHash]


def peers() -> list[Peer]:
    """imagehash, PDQ by its reference implementation, and the ISCC image code (ISO 24138)."""
    hashes: list[tuple[str, Hash, int]] = [
        ("phash 8x8", imagehash.phash, 8),
        ("phash 16x16", imagehash.phash, 16),
        ("dhash 8x8", imagehash.dhash, 8),
        ("whash 8x8", imagehash.whash, 8),
    ]
    found = [
        Peer(f"imagehash {name}", partial(_image_hash, method, side), hamming)
        for name, method, side in hashes
    ]
    # 31 of 256 bits: what PDQ's makers recommend ("The TMK+PDQF Video-Hashing Algorithm and the PDQ
    # Image-Hashing Algorithm", 2019).
    return [
        *found,
        Peer("pdqhash", _pdq, hamming, customary=31),
        Peer("pdqhash, eight positions", _pdq, hamming, ask=_pdq_dihedral, customary=31),
        Peer("ISCC image 256", _iscc, hamming),
    ]


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _image_hash(method: Hash, side: int, path: Path) -> Bytes:
    return np.packbits(method(_opened(path), hash_size=side).hash)


def _pdq(path: Path) -> Bytes:
    bits, _ = pdqhash.compute(np.asarray(_opened(path)))
    return np.packbits(bits)


def _pdq_dihedral(path: Path) -> Bytes:
    bits, _ = pdqhash.compute_dihedral(np.asarray(_opened(path)))
    return np.packbits(np.stack(bits), axis=1)


def _iscc(path: Path) -> Bytes:
    return iscc_bits(iscc.image_code(_opened(path)).value)
