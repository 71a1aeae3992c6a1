"""Films and copies of them, and films that are not copies."""

from functools import partial

import numpy as np

from registry.model import Verdict
from similarity.video_clips import Clip
from tests.media.film_files import altered, coffee, encoded, launch, music
from tests.media.media_files import Pair


def pairs() -> tuple[Pair, ...]:
    """What must be told apart, by frames, by parts of them and by sound."""
    work = encoded(launch())
    copy, part = (partial(Pair, work=work, verdict=verdict) for verdict in (Verdict.COPY, Verdict.CONTAINS))
    other = partial(Pair, work=work)
    frames, parts = "video-frames/1", "video-local/1"
    noise = np.random.default_rng(1).integers(0, 256, (36, 224, 400, 3), dtype=np.uint8)
    blank = np.full((36, 224, 400, 3), 250, dtype=np.uint8)
    return (
        Pair("the same bytes", work, work, Verdict.IDENTICAL, "sha-256/1"),
        copy("in another container", altered("VP8 in WebM, other sound"), compared=f"{frames}:upright"),
        copy(
            "small, compressed", altered("half as large, strongly compressed"), compared=f"{frames}:upright"
        ),
        copy("encoded again", altered("encoded again"), compared=f"{frames}:upright"),
        copy("mirrored", altered("mirrored"), compared=f"{frames}:mirrored"),
        copy("letterboxed", altered("letterboxed"), compared=f"{frames}:upright, borders trimmed"),
        part("cropped", altered("cropped to 60 %"), compared=f"{parts}:upright"),
        copy("with a logo", altered("logo and subtitles"), compared=f"{parts}:upright"),
        part("in a corner of another", altered("picture in picture"), compared=f"{parts}:upright"),
        part("its sound under other pictures", altered("its sound alone"), compared="landmarks/2"),
        other("another film", encoded(coffee())),
        other("noise", encoded(Clip(noise, None))),
        other("a blank film", encoded(Clip(blank, None))),
        Pair(
            "another blank film", encoded(Clip(blank // 2, None)), encoded(Clip(blank, music(3)[::-1].copy()))
        ),
    )
