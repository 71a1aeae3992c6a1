"""Points made up for tests: a picture of random ones, and what altering the picture makes of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from registry.fingerprint.local import ANGLES, QUARTERS, SCALES_PER_OCTAVE, Frame, Integers, LocalFeatures
from registry.fingerprint.symmetry import MIRRORED, NEGATIVE, turned

COLUMNS = ("signatures", "x", "y", "scale", "angle", "outer", "inner")
FRAME = Frame(1600, 1200, 400, 300)
WIDTH, HEIGHT = QUARTERS * FRAME.working_width, QUARTERS * FRAME.working_height


def made_up(seed: int, count: int = 200) -> LocalFeatures:
    """A picture's random points."""
    chance = np.random.default_rng(seed)
    return LocalFeatures(
        frame=FRAME,
        signatures=chance.integers(0, 1 << 64, count, dtype=np.uint64),
        x=chance.integers(0, WIDTH, count),
        y=chance.integers(0, HEIGHT, count),
        scale=chance.integers(16, 60, count),
        angle=chance.integers(0, ANGLES, count),
        outer=chance.integers(0, 1024, count),
        inner=chance.integers(0, 1024, count),
    )


def altered(
    work: LocalFeatures, factor: float, degrees: float, to: tuple[int, int], variant: int = 0
) -> LocalFeatures:
    """The points of a query that shows the work that much larger, turned and moved, in that variant."""
    turn = math.radians(degrees)
    x = np.rint(factor * (math.cos(turn) * work.x - math.sin(turn) * work.y)).astype(np.int64) + to[0]
    y = np.rint(factor * (math.sin(turn) * work.x + math.cos(turn) * work.y)).astype(np.int64) + to[1]
    angle = work.angle + round(degrees * ANGLES / 360)
    if variant & NEGATIVE:
        angle = angle + ANGLES // 2
    if variant & MIRRORED:
        x, angle = WIDTH - x, ANGLES // 2 - angle
    variants = np.full(len(work), variant, dtype=np.uint64)
    return replace(
        work,
        signatures=turned(work.signatures, variants),
        x=x,
        y=y,
        scale=work.scale + round(math.log2(factor) * SCALES_PER_OCTAVE),
        angle=angle % ANGLES,
        outer=work.outer ^ variant,
        inner=work.inner ^ variant,
    )


def chosen(features: LocalFeatures, places: slice | Integers) -> LocalFeatures:
    """Some of the points."""
    columns: dict[str, Any] = {name: getattr(features, name)[places] for name in COLUMNS}
    return LocalFeatures(features.frame, **columns)


def mixed(first: LocalFeatures, second: LocalFeatures) -> LocalFeatures:
    """The points of both, in the frame of the first."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in COLUMNS
    }
    return LocalFeatures(first.frame, **columns)
