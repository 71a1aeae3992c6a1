"""Taking the local features of a picture, or of a frame of a film. Loaded in decoder workers only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint import codebook, local, picture, sift

codebook.shipped()


def local_features(size: tuple[int, int], luminance: picture.Plane) -> local.LocalFeatures | None:
    """What can be recognised in part of a picture of that width and height; None if nothing can."""
    grey = sift.working_picture(luminance)
    points, descriptors = sift.describe(grey)
    if not len(points):
        return None
    x, y, diameter, degrees = points.T.astype(np.float64)
    book = codebook.shipped()
    outer, inner = book.words(descriptors)
    return local.LocalFeatures(
        frame=local.Frame(*size, grey.shape[1], grey.shape[0]),
        signatures=book.signatures(descriptors),
        x=_rounded(x * local.QUARTERS),
        y=_rounded(y * local.QUARTERS),
        scale=_rounded(np.log2(np.maximum(diameter, 1)) * local.SCALES_PER_OCTAVE),
        angle=_rounded(degrees * local.ANGLES / 360) % local.ANGLES,
        outer=outer,
        inner=inner,
    )


def _rounded(values: NDArray[np.float64]) -> local.Integers:
    return np.rint(values).astype(np.int64)
