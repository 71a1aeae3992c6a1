"""The picture of a sound."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from registry.fingerprint import sound, waveform
from tests.media.media_files import encoded_sound, extract


def _inked(preview: bytes) -> np.ndarray:
    """Which rows of which column are drawn, shape (HEIGHT, WIDTH)."""
    image = Image.open(io.BytesIO(preview))
    assert (image.format, image.size) == ("JPEG", (waveform.WIDTH, waveform.HEIGHT))
    return np.asarray(image.convert("L")) < 160


def test_loud_parts_are_high_and_quiet_ones_low() -> None:
    envelope = np.repeat([0.25, 0.5, 0.1], sound.RATE)
    tone = (envelope * np.sin(np.arange(len(envelope)))).astype(np.float32)
    heights = _inked(waveform.preview(tone)).sum(axis=0)
    first, second, third = (heights[part * waveform.WIDTH // 3 + 85] for part in range(3))
    assert second > 0.85 * waveform.HEIGHT
    assert abs(first - second / 2) <= 3
    assert abs(third - second / 5) <= 3


@pytest.mark.parametrize("length", [1, 5, 511, 512, 513, 100_000])
def test_silence_of_any_length_is_a_line(length: int) -> None:
    heights = _inked(waveform.preview(np.zeros(length, np.float32))).sum(axis=0)
    assert heights.min() >= 1
    assert heights.max() <= 3


def test_one_sided_sound_is_drawn_on_its_side() -> None:
    inked = _inked(waveform.preview(np.full(1000, 0.3, np.float32)))
    assert inked[: waveform.HEIGHT // 2 - 2].any() or inked[waveform.HEIGHT // 2 + 2 :].any()
    assert not inked[waveform.HEIGHT // 2 + 4 :].any()


def test_a_sounds_preview_is_its_waveform(tmp_path: Path) -> None:
    tone = np.sin(np.arange(22_050) / 9)[:, None] * 0.5
    preview = extract(tmp_path, encoded_sound(tone, 22_050)).preview
    assert preview is not None
    assert _inked(preview).any(axis=0).all()
