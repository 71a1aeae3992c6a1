"""Finding what can be recognised in a picture: SIFT points and their descriptors. Workers only.

Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004, by OpenCV; descriptors as roots of
shares (Arandjelović and Zisserman, "Three Things Everyone Should Know to Improve Object Retrieval", 2012).
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]
Descriptors = NDArray[np.uint8]

MOST_POINTS = 500
# 8 KB in a record, under 12 a work with the index; with 600 one more collage in a hundred is found.
WORKING_PIXELS = 160_000
# 462 x 346: 60 ms of one core. Half of it loses collages of a third, twice of it finds few more.
LONGEST_SIDE = 1_023
# A quarter of a pixel in 12 bits.
LEAST_SIDE = 16
# Of the working picture: what is narrower has no gradients that SIFT could describe.
_FEW_POINTS = 200
# With fewer, faint structure is brought up and looked at too: near-blank pictures have some.
_CELLS = 8
_ROOT_SCALE = 512

cv2.setNumThreads(1)
_SIFT: Final = cv2.SIFT.create(contrastThreshold=0.008, edgeThreshold=15)
_FAINT_SIFT: Final = cv2.SIFT.create(contrastThreshold=0.001, edgeThreshold=20)
_EQUALISER: Final = cv2.createCLAHE(4.0, (6, 6))


def working_picture(luminance: NDArray[np.float32]) -> Grey:
    """A luminance plane (0 to 255) in 8 bits, with no more than `WORKING_PIXELS` and `LONGEST_SIDE`."""
    grey = np.clip(np.rint(luminance), 0, 255).astype(np.uint8)
    height, width = grey.shape
    scale = min(1.0, (WORKING_PIXELS / (height * width)) ** 0.5, LONGEST_SIDE / max(height, width))
    if scale == 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def describe(grey: Grey) -> tuple[Points, Descriptors]:
    """Points as rows of x, y, diameter and angle in degrees, and descriptors, shape (points, 128).

    The strongest first; after the first half of `MOST_POINTS`, those that are strongest where they are.
    """
    if min(grey.shape) < LEAST_SIDE:
        return _nothing()
    found = [_detected(_SIFT, grey)]
    if len(found[0][0]) < _FEW_POINTS:
        smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
        found.append(_detected(_FAINT_SIFT, np.asarray(_EQUALISER.apply(smooth), dtype=np.uint8)))
    points = np.concatenate([each for each, _ in found])
    descriptors = np.concatenate([each for _, each in found])
    strongest = np.argsort(-points[:, 4], kind="stable")
    chosen = strongest[_spread(points[strongest], grey.shape)]
    return points[chosen, :4], _roots(descriptors[chosen])


def _detected(detector: cv2.SIFT, grey: Grey) -> tuple[Points, NDArray[np.float32]]:
    keypoints, descriptors = detector.detectAndCompute(grey, None)
    rows = [(*point.pt, point.size, point.angle, point.response) for point in keypoints]
    if not rows:
        return np.zeros((0, 5), np.float32), np.zeros((0, 128), np.float32)
    return np.array(rows, dtype=np.float32), np.asarray(descriptors, dtype=np.float32)


def _spread(points: Points, shape: tuple[int, ...]) -> list[int]:
    """Which of the points, strongest first, are kept: half by strength, half with a quota for each cell."""
    if len(points) <= MOST_POINTS:
        return list(range(len(points)))
    chosen = list(range(MOST_POINTS // 2))
    held: Counter[tuple[int, int]] = Counter()
    quota = MOST_POINTS // (_CELLS * _CELLS * 3 // 2)
    cells = (points[:, :2] * _CELLS / np.array([shape[1], shape[0]], dtype=np.float32)).astype(int)
    for place in range(len(chosen), len(points)):
        cell = (int(cells[place, 0]), int(cells[place, 1]))
        if held[cell] < quota:
            held[cell] += 1
            chosen.append(place)
        if len(chosen) == MOST_POINTS:
            break
    return chosen


def _roots(descriptors: NDArray[np.float32]) -> Descriptors:
    shares = descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9)
    roots = np.rint(np.sqrt(shares) * _ROOT_SCALE)
    return np.asarray(np.clip(roots, 0, 255), dtype=np.uint8)


def _nothing() -> tuple[Points, Descriptors]:
    return np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)
