"""Peaks of sounds that never were, for the tests of landmarks, votes and evidence."""

from __future__ import annotations

import numpy as np

from registry.fingerprint.audio_features import BINS, EIGHTHS, STRENGTHS, Peaks, feature
from registry.model import Extraction, Hash32


def random_peaks(seconds: int, seed: int, a_second: int = 20) -> Peaks:
    """Peaks anywhere in the middle of the range, so that they can be moved in pitch."""
    chance = np.random.default_rng(seed)
    frames = np.sort(chance.choice(43 * seconds, a_second * seconds, replace=False))
    eighths = chance.integers(20 * EIGHTHS, (BINS - 20) * EIGHTHS, len(frames))
    return Peaks(frames, eighths, chance.integers(1, STRENGTHS, len(frames)))


def moved(peaks: Peaks, tempo: float = 1.0, eighths: int = 0, frames: int = 0) -> Peaks:
    """The same music, so many times as fast, so much higher, beginning so much later."""
    return Peaks(np.rint(peaks.frames / tempo).astype(int) + frames, peaks.eighths + eighths, peaks.strengths)


def kept(peaks: Peaks, share: float, seed: int) -> Peaks:
    """So many of the peaks, and as many others instead of those that are gone."""
    chance = np.random.default_rng(seed)
    stays = chance.random(len(peaks)) < share
    other = chance.integers(0, BINS * EIGHTHS, len(peaks))
    return Peaks(peaks.frames, np.where(stays, peaks.eighths, other), peaks.strengths)


def joined(*parts: Peaks) -> Peaks:
    """Parts one after the other, in order of time."""
    frames, eighths, strengths = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("frames", "eighths", "strengths")
    )
    order = np.argsort(frames, kind="stable")
    return Peaks(frames[order], eighths[order], strengths[order])


def extraction_of(peaks: Peaks) -> Extraction:
    """The fingerprint of a sound with these peaks."""
    length = int(peaks.frames[-1]) * 256_000 // 11_025 if len(peaks) else 0
    facts = {"milliseconds": length}
    return Extraction("audio", Hash32(bytes(32)), 1, "audio/wav", facts, (), (feature(peaks),))
