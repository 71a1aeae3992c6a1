"""Sounds and copies of them, and sounds that are not copies."""

import io
from functools import partial

import numpy as np
import soundfile

from registry.model import Verdict
from registry.samples.alter import altered_sound
from tests.media.media_files import Pair, encoded_sound, sample
from tests.media.sounds_altered import paced, pitched, sped

_PRELUDE = sample("prelude-in-c.wav")


def pairs() -> tuple[Pair, ...]:
    """What must be told apart: no ratio of pitch or tempo is a round one."""
    music, rate = soundfile.read(io.BytesIO(_PRELUDE))
    chance = np.random.default_rng(11)
    noise = chance.normal(0, 0.05, 15 * rate)
    hiss = chance.normal(0, music.std(), len(music))
    inside = np.concatenate([noise, music[5 * rate : 15 * rate], noise])
    stereo = np.stack([music, music * 0.5], axis=1)
    copy = partial(Pair, work=_PRELUDE, verdict=Verdict.COPY, compared="landmarks/2")
    other = partial(Pair, work=_PRELUDE)
    wav = partial(encoded_sound, rate=rate)
    return (
        Pair("the same bytes", _PRELUDE, _PRELUDE, Verdict.IDENTICAL, "sha-256/1"),
        copy("ten seconds as Ogg", altered_sound(_PRELUDE)),
        copy("as MP3", encoded_sound(music, rate, "MP3")),
        copy("quieter, as FLAC", encoded_sound(music * 0.2, rate, "FLAC")),
        copy("with noise", wav(music + hiss / 3)),
        copy("under noise twice as strong", wav((music + 2 * hiss) / 8)),
        copy("in stereo at twice the rate", encoded_sound(_doubled(stereo), 2 * rate)),
        copy("three seconds", wav(music[7 * rate : 10 * rate])),
        copy("higher", wav(pitched(music, 1.073)), compared="landmarks/2:other pitch"),
        copy("lower", wav(pitched(music, 0.893)), compared="landmarks/2:other pitch"),
        copy("faster", wav(paced(music, 1.237)), compared="landmarks/2:other tempo"),
        copy("slower", wav(paced(music, 0.863)), compared="landmarks/2:other tempo"),
        copy("sped up", wav(sped(music, 1.083)), compared="landmarks/2:other tempo and pitch"),
        copy("inside something longer", wav(inside), verdict=Verdict.CONTAINS),
        other("noise", wav(noise)),
        other("the music backwards", wav(music[::-1])),
        other("backwards and faster", wav(paced(music[::-1], 1.137))),
        other("one note", wav(0.3 * np.sin(2 * np.pi * 440 * np.arange(20 * rate) / rate))),
        other("clicks", wav(np.resize(np.eye(1, rate // 4)[0], 20 * rate))),
        other("silence", wav(np.zeros(5 * rate))),
    )


def _doubled(samples: np.ndarray) -> np.ndarray:
    """Twice as many samples a second, interpolated linearly."""
    between = (samples + np.roll(samples, -1, axis=0)) / 2
    return np.stack([samples, between], axis=1).reshape(-1, samples.shape[1])
