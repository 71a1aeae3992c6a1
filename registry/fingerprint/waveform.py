"""The picture of a sound: its loudest excursions over time, for people to know it by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from registry.fingerprint import picture
from registry.fingerprint.sound import Samples

WIDTH, HEIGHT = picture.PREVIEW_SIDE, 192
_PAPER, _INK = (246, 245, 241), (60, 72, 88)
_ROOM = 0.92  # of the height, for the loudest sample; the rest is margin


def preview(samples: Samples) -> bytes:
    """The waveform as a JPEG, `WIDTH` columns from the first to the last of `samples`, -1 to 1, shape (n,).

    A column reaches from the lowest to the highest sample of its time, scaled so that the loudest of all
    columns fills the height; what is silent is a line.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    for column, (low, high) in enumerate(_excursions(samples)):
        pen.line((column, _row(high), column, _row(low)), fill=_INK)
    return picture.preview(image)


def _excursions(samples: Samples) -> NDArray[np.float32]:
    """The lowest and highest sample of each column, shape (WIDTH, 2), the loudest at ±1."""
    starts = np.arange(WIDTH) * len(samples) // WIDTH
    ranges = np.stack((np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)), axis=1)
    loudest = np.abs(ranges).max()
    return ranges / loudest if loudest > 0 else ranges


def _row(value: float) -> int:
    return round((1 - value * _ROOM) * (HEIGHT - 1) / 2)
