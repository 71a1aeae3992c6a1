"""Pictures and copies of them, and pictures that are not copies."""

import io
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from registry.model import Verdict
from registry.samples.alter import altered_picture
from tests.media.media_files import Pair, encoded, photograph, sample

_LAUNCH = sample("falcon-9-launch.jpg")


def _other(name: str = "coffee-cup.jpg") -> Image.Image:
    return Image.open(io.BytesIO(sample(name))).convert("RGB")


def pairs() -> tuple[Pair, ...]:
    """What must be told apart, by the whole picture and by its parts."""
    return (*_whole_pictures(), *_parts_of_pictures(), *_other_pictures())


def _whole_pictures() -> tuple[Pair, ...]:
    picture = photograph()
    quarter_turn = picture.transpose(Image.Transpose.ROTATE_270)
    half = picture.resize((320, 213))
    wide = picture.resize((850, 427))
    framed = ImageOps.expand(picture, border=70, fill="black")
    stronger = ImageEnhance.Contrast(picture).enhance(1.4)
    copy = partial(Pair, work=_LAUNCH, verdict=Verdict.COPY)
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
    )


def _parts_of_pictures() -> tuple[Pair, ...]:
    picture = photograph()
    corner = picture.crop((0, 0, 450, 300))
    aslant = picture.rotate(15, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    negative = ImageOps.invert(picture)
    collage = _other().resize((800, 600))
    collage.paste(picture.resize((320, 213)), (430, 350))
    mirrored = _other("chelsea-the-cat.jpg").resize((800, 600))
    mirrored.paste(ImageOps.mirror(picture.resize((420, 280))), (20, 300))
    worst = ImageOps.mirror(ImageOps.invert(corner)).resize((360, 240))
    copy, part = (
        partial(Pair, work=_LAUNCH, verdict=verdict) for verdict in (Verdict.COPY, Verdict.CONTAINS)
    )
    return (
        part("a corner of it", encoded(corner), compared="sift-64/1:upright"),
        copy("turned by 15 degrees", encoded(aslant, "JPEG"), compared="sift-64/1:upright"),
        copy("its negative", encoded(negative), compared="sift-64/1:negative"),
        part("in a collage", encoded(collage, "JPEG"), compared="sift-64/1:upright"),
        part("mirrored in a collage", encoded(mirrored, "JPEG"), compared="sift-64/1:mirrored"),
        part("on a screen", encoded(_screen(picture), "JPEG", quality=60), compared="sift-64/1:upright"),
        part(
            "a corner's negative, mirrored, smaller",
            encoded(worst, "JPEG", quality=50),
            compared="sift-64/1:negative and mirrored",
        ),
    )


def _other_pictures() -> tuple[Pair, ...]:
    picture = photograph()
    other = partial(Pair, work=_LAUNCH)
    page, window = _page("Lift-off at 18:21 UTC"), _screen(_other())
    noise = np.random.default_rng(1).integers(0, 256, (427, 640, 3), dtype=np.uint8)
    return (
        other("another picture", encoded(_other())),
        other("the other picture, mirrored", altered_picture(sample("coffee-cup.jpg"))),
        other("another picture on a screen", encoded(window)),
        other("a page of text", encoded(page)),
        other("noise", encoded(Image.fromarray(noise))),
        other("a blank picture", encoded(Image.new("RGB", picture.size, "white"))),
        Pair("another text on the same page", encoded(page), encoded(_page("Payload of 5 tonnes"))),
    )


def _screen(picture: Image.Image) -> Image.Image:
    """A window of a program that shows the picture at six tenths."""
    small = picture.resize((picture.width * 6 // 10, picture.height * 6 // 10))
    screen = Image.new("RGB", (small.width * 3 // 2, small.height * 2), (245, 245, 247))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, screen.width, 30), fill=(30, 90, 160))
    draw.text((12, 6), "Messages", fill="white", font_size=16)
    draw.text((12, screen.height - 60), "Seen by 12 people", fill="black", font_size=16)
    screen.paste(small, (small.width // 4, 60))
    return screen


def _page(line: str) -> Image.Image:
    page = Image.new("RGB", (640, 427), "white")
    ImageDraw.Draw(page).text((20, 20), f"{line}\n" * 12, fill="black", font_size=24)
    return page
