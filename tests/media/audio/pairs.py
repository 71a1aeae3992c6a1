"""Sounds and copies of them, and sounds that are not copies."""

import io
from functools import partial

import numpy as np
import soundfile

from registry.model import Verdict
from registry.samples.alter import altered_sound
from tests.media.media_files import Pair, encoded_sound, sample

_PRELUDE = sample("prelude-in-c.wav")


def pairs() -> tuple[Pair, ...]:
    """What the first cut must tell apart."""
    music, rate = soundfile.read(io.BytesIO(_PRELUDE))
    chance = np.random.default_rng(11)
    noise = chance.normal(0, 0.05, 15 * rate)
    noisy = music + chance.normal(0, music.std() / 3, len(music))
    inside = np.concatenate([noise, music[5 * rate : 15 * rate], noise])
    stereo = np.stack([music, music * 0.5], axis=1)
    copy = partial(Pair, work=_PRELUDE, verdict=Verdict.COPY, compared="landmarks/1")
    other = partial(Pair, work=_PRELUDE)
    return (
        Pair("the same bytes", _PRELUDE, _PRELUDE, Verdict.IDENTICAL, "sha-256/1"),
        copy("ten seconds as Ogg", altered_sound(_PRELUDE)),
        copy("as MP3", encoded_sound(music, rate, "MP3")),
        copy("quieter, as FLAC", encoded_sound(music * 0.2, rate, "FLAC")),
        copy("with noise", encoded_sound(noisy, rate)),
        copy("in stereo at twice the rate", encoded_sound(_doubled(stereo), 2 * rate)),
        copy("inside something longer", encoded_sound(inside, rate), verdict=Verdict.CONTAINS),
        other("noise", encoded_sound(noise, rate)),
        other("the music backwards", encoded_sound(music[::-1], rate)),
        other("silence", encoded_sound(np.zeros(5 * rate), rate)),
    )


def _doubled(samples: np.ndarray) -> np.ndarray:
    """Twice as many samples a second, interpolated linearly."""
    between = (samples + np.roll(samples, -1, axis=0)) / 2
    return np.stack([samples, between], axis=1).reshape(-1, samples.shape[1])
