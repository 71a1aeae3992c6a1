"""Trains the visual words and the signatures of local features from a folder of pictures.

`python scripts/similarity/train_codebook.py FOLDER --out registry/fingerprint/codebook-1.npz` describes up to
`--points` points of each picture, chosen by a fixed seed. For each half of a descriptor it finds 256 shapes,
by k-means over shapes that count in four variants each (`registry.fingerprint.symmetry`); for the signature
it draws 16 sums at right angles to each other and takes the median of each as its threshold. What is kept is
means over thousands of descriptors: no picture can be made from it.

The same pictures give the same file with the same release of OpenCV. Another file is another algorithm: it
needs another name in `registry.fingerprint.local`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from registry.errors import RegistryError
from registry.fingerprint import picture, sift
from registry.fingerprint.base import HEAD_BYTES
from registry.fingerprint.codebook import SHAPES, SUMS, VARIANTS, squared_distances, variants_of_shapes
from registry.fingerprint.image import ImageMedium
from registry.fingerprint.symmetry import HALVES, ORDERS, half_order

SEED = 2004
_BATCH = 8_192
_SUM_SCALE = 300  # of a sum's weights, which then fit into 8 bits; four in a hundred thousand are clipped

Descriptors = NDArray[np.uint8]


def main() -> None:
    """Train and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="pictures, of any kind that is read")
    parser.add_argument("--out", type=Path, required=True, help="where to write the codebook")
    parser.add_argument("--points", type=int, default=160, help="descriptors of each picture, at most")
    parser.add_argument("--rounds", type=int, default=15, help="of k-means")
    options = parser.parse_args()

    chance = np.random.default_rng(SEED)
    descriptors = np.concatenate(list(_described(options.folder, options.points, chance)))
    shapes = [_shapes(descriptors, half, options.rounds, chance) for half in range(len(HALVES))]
    sums, thresholds = _sums(descriptors, chance)
    np.savez(options.out, shapes=np.stack(shapes), sums=sums, thresholds=thresholds)
    print(f"{len(descriptors):,} descriptors, {options.out.stat().st_size:,} bytes")


def _described(folder: Path, points: int, chance: np.random.Generator) -> Iterator[Descriptors]:
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            media_type = ImageMedium().sniff(file.read(HEAD_BYTES))
        if media_type is None:
            continue
        try:
            full, _ = picture.read(path, media_type)
        except RegistryError as error:
            print(f"{path.name}: {error}")
            continue
        luminance = picture.luminance(picture.working_copy(full))
        _, descriptors = sift.describe(sift.working_picture(luminance))
        yield descriptors[chance.permutation(len(descriptors))[:points]]


def _shapes(descriptors: Descriptors, half: int, rounds: int, chance: np.random.Generator) -> Descriptors:
    """256 shapes of one half by k-means; a row counts for the shape nearest to any of its variants."""
    rows = descriptors[:, HALVES[half]]
    orders = [half_order(half, variant) for variant in range(VARIANTS)]
    shapes = rows[chance.choice(len(rows), SHAPES, replace=False)]
    for _ in range(rounds):
        nearest = _nearest(rows, variants_of_shapes(shapes, half))
        sums, counts = (
            np.zeros(shapes.shape, dtype=np.int64),
            np.bincount(nearest // VARIANTS, minlength=SHAPES),
        )
        for variant, order in enumerate(orders):
            mine = nearest % VARIANTS == variant
            np.add.at(sums, nearest[mine] // VARIANTS, rows[mine][:, order])  # a variant undoes itself
        means = np.rint(sums / np.maximum(counts, 1)[:, None]).astype(np.uint8)
        fresh = rows[chance.choice(len(rows), SHAPES)]
        shapes = np.where(counts[:, None] > 0, means, fresh)
    return shapes


def _nearest(rows: Descriptors, words: NDArray[np.float32]) -> NDArray[np.int64]:
    parts = range(0, len(rows), _BATCH)
    return np.concatenate(
        [squared_distances(rows[start : start + _BATCH], words).argmin(axis=1) for start in parts]
    )


def _sums(
    descriptors: Descriptors, chance: np.random.Generator
) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """16 sums at right angles, and the median of each over all variants."""
    directions, _ = np.linalg.qr(chance.normal(size=(128, SUMS)))
    sums = np.clip(np.rint(directions.T * _SUM_SCALE), -127, 127).astype(np.int8)
    weights = sums.T.astype(np.float32)
    values = [descriptors[:, order].astype(np.float32) @ weights for order in ORDERS]
    return sums, np.rint(np.median(np.concatenate(values), axis=0)).astype(np.int32)


if __name__ == "__main__":
    main()
