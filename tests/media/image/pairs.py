"""Pictures and copies of them, and pictures that are not copies."""

import io
from functools import partial

from PIL import Image, ImageEnhance, ImageOps

from registry.model import Verdict
from registry.samples.alter import altered_picture
from tests.media.media_files import Pair, encoded, photograph, sample

_LAUNCH = sample("falcon-9-launch.jpg")


def _other() -> Image.Image:
    return Image.open(io.BytesIO(sample("coffee-cup.jpg"))).convert("RGB")


def pairs() -> tuple[Pair, ...]:
    """What the first cut must tell apart."""
    picture = photograph()
    quarter_turn = picture.transpose(Image.Transpose.ROTATE_270)
    half = picture.resize((320, 213))
    wide = picture.resize((850, 427))
    framed = ImageOps.expand(picture, border=70, fill="black")
    stronger = ImageEnhance.Contrast(picture).enhance(1.4)
    copy = partial(Pair, work=_LAUNCH, verdict=Verdict.COPY)
    other = partial(Pair, work=_LAUNCH)
    return (
        Pair("the same bytes", _LAUNCH, _LAUNCH, Verdict.IDENTICAL, "sha-256/1"),
        copy("smaller, mirrored, worse", altered_picture(_LAUNCH), compared="pdq-256/1:mirrored"),
        copy("turned", encoded(quarter_turn), compared="pdq-256/1:rotated 90"),
        copy("recompressed hard", encoded(picture, "JPEG", quality=10), compared="pdq-256/1:upright"),
        copy("halved", encoded(half), compared="pdq-256/1:upright"),
        copy("stretched", encoded(wide, "WEBP"), compared="pdq-256/1:upright"),
        copy("grey", encoded(picture.convert("L")), compared="pdq-256/1:upright"),
        copy("framed", encoded(framed), compared="pdq-256/1:upright, borders trimmed"),
        copy("with more contrast", encoded(stronger), compared="pdq-256/1:upright"),
        other("another picture", encoded(_other())),
        other("the other picture, mirrored", altered_picture(sample("coffee-cup.jpg"))),
        other("a blank picture", encoded(Image.new("RGB", picture.size, "white"))),
    )
