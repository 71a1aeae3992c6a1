"""Alterations of pictures, by group and name; each takes an RGB picture and a seeded random.Random."""

from __future__ import annotations

import importlib.util
import io
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Alteration = Callable[[Image.Image, random.Random], Image.Image]
Table = Mapping[str, tuple[str, Alteration]]


def alterations(others: Sequence[Path]) -> Table:
    """All that are measured: name, group, what it does. Collages are made with one of the `others`."""
    background = partial(_background, others)
    return {
        "JPEG at 20": ("compressed", lambda image, _: _jpeg(image, 20)),
        "a quarter of the size": ("compressed", lambda image, _: _resized(image, 0.25)),
        "middle half": ("crop", lambda image, _: _middle(image, 0.5)),
        "corner half": ("crop", lambda image, chance: _corner(image, 0.5, chance)),
        "turned by 3": ("rotation", lambda image, _: _turned(image, 3)),
        "turned by 15": ("rotation", lambda image, _: _turned(image, 15)),
        "mirrored": ("mirror", lambda image, _: ImageOps.mirror(image)),
        "negative": ("negative", lambda image, _: ImageOps.invert(image)),
        "noise of 25": ("noise", _noisy),
        "blurred by 4": ("noise", lambda image, _: image.filter(ImageFilter.GaussianBlur(4))),
        "pale": ("light", lambda image, _: ImageEnhance.Contrast(image).enhance(0.5)),
        "lettered": ("overlay", lambda image, _: _lettered(image)),
        "framed": ("border", lambda image, _: ImageOps.expand(image, image.width // 10, "black")),
        "half of a collage": ("collage", partial(_pasted, background, 0.5)),
        "a third of a collage": ("collage", partial(_pasted, background, 0.33)),
        "on a screen": ("screenshot", lambda image, _: _on_screen(image)),
        "corner, turned, compressed": (
            "combination",
            lambda image, chance: _jpeg(_turned(_corner(image, 0.7, chance), 4), 40),
        ),
        "mirrored, half of a collage": (
            "combination",
            lambda image, chance: _pasted(background, 0.5, ImageOps.mirror(image), chance),
        ),
    }


def loaded(path: Path, others: Sequence[Path]) -> Table:
    """Another table, from a Python file with `A`, name to (group, alteration), and `BG`, where others go."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None  # noqa: S101 - it was made from a path
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["BG"] = [str(other) for other in others]
    table: Table = module.A
    return table


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def _resized(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((max(8, round(image.width * factor)), max(8, round(image.height * factor))))


def _middle(image: Image.Image, area: float) -> Image.Image:
    left, top = (round(side * (1 - area**0.5) / 2) for side in image.size)
    return image.crop((left, top, image.width - left, image.height - top))


def _corner(image: Image.Image, area: float, chance: random.Random) -> Image.Image:
    width, height = (round(side * area**0.5) for side in image.size)
    left, top = chance.choice((0, image.width - width)), chance.choice((0, image.height - height))
    return image.crop((left, top, left + width, top + height))


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def _noisy(image: Image.Image, chance: random.Random) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(0, 25, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def _lettered(image: Image.Image) -> Image.Image:
    lettered = image.copy()
    size = max(14, image.height // 10)
    for share in (0.1, 0.75):
        ImageDraw.Draw(lettered).text(
            (image.width * 0.05, image.height * share),
            "SEEN TODAY",
            "white",
            stroke_width=2,
            stroke_fill="black",
            font_size=size,
        )
    return lettered


def _background(others: Sequence[Path], size: tuple[int, int], chance: random.Random) -> Image.Image:
    return Image.open(chance.choice(others)).convert("RGB").resize(size)


def _pasted(
    background: Callable[[tuple[int, int], random.Random], Image.Image],
    factor: float,
    image: Image.Image,
    chance: random.Random,
) -> Image.Image:
    whole, part = background(image.size, chance), _resized(image, factor)
    place = (chance.randrange(image.width - part.width + 1), chance.randrange(image.height - part.height + 1))
    whole.paste(part, place)
    return whole


def _on_screen(image: Image.Image) -> Image.Image:
    part = _resized(image, 0.6)
    screen = Image.new("RGB", (part.width * 5 // 4, part.height * 3 // 2), (245, 245, 247))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, screen.width, screen.height // 16), fill=(30, 90, 160))
    draw.text(
        (8, screen.height * 0.85), "Seen by 12 people", fill="black", font_size=max(9, screen.height // 30)
    )
    screen.paste(part, (part.width // 8, screen.height // 10))
    return _jpeg(screen, 60)
