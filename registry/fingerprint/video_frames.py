"""Films by the codes of their frames: votes for the time offset that a query and a work agree on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from registry.fingerprint import film, pdq
from registry.fingerprint.base import Lookup
from registry.fingerprint.film import FRAMES_SCHEME, Stretches
from registry.fingerprint.local import Integers
from registry.model import ACCEPTED_SCORE, Extraction, Judgement, Verdict, WorkId
from registry.model.postings import Codes, Near, Rows

RADIUS = 31
# Bits of 256, as of pictures.
LEAST_QUALITY = 50
# As of pictures: a frame that shows next to nothing is every other such frame.
MOST_UPRIGHT, MOST_TURNED = 240, 48
# Stretches that are looked up, evenly chosen: two minutes of change; turned ones with each of seven codes.
LEAST_EVIDENCE = 40
# Bits under `RADIUS` + 1, summed over distinct frames that agree on one offset: three that are about half as
# near as they may be, or two that are nearly equal; one never is enough. Measured with 16 films of 20, five
# slides each, in 20 alterations: ten seconds without sound had 52 and more, strangers less than 20.
MOST_COUNTED = 640  # evidence over which a distance is 0

MOST_JUDGED = 64
# Works that are looked at closely, those with the most that could agree first.

_LEAST_JUDGED = 12  # evidence short of which a work is not even near: a stray frame, not very like
_TOLERANCE_MS = 1_500
# Looks of a copy fall between those of the work, and films are shown faster by a twenty-fifth.
_DISTINCT_BITS = 16  # by which a frame differs from each that was counted
_OFFSETS = 24  # looked at closely, those that the most pairs propose
_UNIT = f"evidence of frames short of {MOST_COUNTED}"
_NAMES: Final = tuple(pdq.VARIANTS)
_TURNED: Final = tuple(range(1, len(_NAMES)))
_PART = (6, 10)  # of the query: agreement over less than this share of its time is a part of it
_PART_MILLISECONDS = 5_000  # and at least this much of the query must lie outside


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Stretches of a query and of one work whose codes are near: places in the query, times, distances."""

    asked: Integers
    variant: Integers
    first: Integers
    last: Integers
    distance: Integers

    def where(self, which: Integers) -> _Pairs:
        columns = (self.asked, self.variant, self.first, self.last, self.distance)
        return _Pairs(*(column[which] for column in columns))


def codes(extraction: Extraction) -> tuple[Codes, ...]:
    """The upright codes of all stretches that have enough to see; each payload is its first and last time."""
    found = _telling(extraction)
    if not len(found):
        return ()
    shown = np.stack([found.first, found.last], axis=1).astype(">u4").view(np.uint8).reshape(-1, 8)
    return (Codes(FRAMES_SCHEME, np.ascontiguousarray(found.codes[:, 0]), shown),)


def search(extraction: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Works of which frames agree on one offset; turned and mirrored ones if none does upright."""
    query = _telling(extraction)
    length = int(extraction.facts.get("milliseconds", 0))
    found: dict[WorkId, Judgement] = {}
    for most, variants in ((MOST_UPRIGHT, (0,)), (MOST_TURNED, _TURNED)):
        if not len(query) or any(judgement.is_match for judgement in found.values()):
            break
        some = query.chosen(_evenly(len(query), most))
        for work_id, pairs in _met(some, variants, lookup):
            judgement = _judged(some, pairs, length)
            if work_id not in found or judgement.score > found[work_id].score:
                found[work_id] = judgement
    return found


def sought(extraction: Extraction) -> Stretches:
    """The stretches of a query that are looked up."""
    every = _telling(extraction)
    return every.chosen(_evenly(len(every), MOST_UPRIGHT))


def times(payloads: Rows) -> Integers:
    """First and last time of each stored stretch, shape (rows, 2)."""
    if not len(payloads):
        return np.zeros((0, 2), np.int64)
    return np.ascontiguousarray(payloads).view(">u4").astype(np.int64)


def is_part(start: int, end: int, length: int) -> bool:
    """Whether a time of a query, in milliseconds, is a part of it and not nearly all."""
    share, whole = _PART
    return (end - start) * whole < length * share and length - (end - start) >= _PART_MILLISECONDS


def _telling(extraction: Extraction) -> Stretches:
    every = Stretches.parse(extraction.feature(FRAMES_SCHEME) or b"")
    return every.chosen(np.flatnonzero(every.quality >= LEAST_QUALITY))


def _evenly(count: int, most: int) -> Integers:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _met(query: Stretches, variants: tuple[int, ...], lookup: Lookup) -> Iterator[tuple[WorkId, _Pairs]]:
    """For each work the pairs of near stretches, in the variant that the nearest speak for."""
    sought = query.codes[:, variants].reshape(-1, pdq.CODE_BYTES)
    near = lookup.near(Codes(FRAMES_SCHEME, sought, np.zeros((len(sought), 0), np.uint8)), RADIUS)
    pairs = _pairs(near, variants)
    starts = np.searchsorted(near.works, np.arange(len(near.work_ids) + 1))
    for place in _promising(near, pairs):
        work_id = near.work_ids[place]
        of_work = pairs.where(np.arange(starts[place], starts[place + 1]))
        votes = np.bincount(of_work.variant, RADIUS + 1 - of_work.distance, len(_NAMES))
        yield work_id, of_work.where(np.flatnonzero(of_work.variant == int(votes.argmax())))


def _promising(near: Near, pairs: _Pairs) -> list[int]:
    """The places of the works of which the most frames are near, whatever their time."""
    order = np.lexsort((pairs.distance, pairs.asked, near.works))
    works, asked = near.works[order], pairs.asked[order]
    is_nearest = np.ones(len(order), dtype=bool)
    is_nearest[1:] = (works[1:] != works[:-1]) | (asked[1:] != asked[:-1])
    evidence = np.where(is_nearest, RADIUS + 1 - pairs.distance[order], 0)
    bounds = np.bincount(works, evidence, len(near.work_ids)).astype(np.int64)
    best = np.argsort(-bounds, kind="stable")[:MOST_JUDGED]
    return [place for place in best.tolist() if bounds[place] >= _LEAST_JUDGED]


def _pairs(near: Near, variants: tuple[int, ...]) -> _Pairs:
    shown = times(near.payloads)
    return _Pairs(
        asked=near.probes // len(variants),
        variant=np.array(variants, dtype=np.int64)[near.probes % len(variants)],
        first=shown[:, 0],
        last=shown[:, 1],
        distance=near.distances,
    )


def _judged(query: Stretches, pairs: _Pairs, length: int) -> Judgement:
    agreeing = pairs.where(_best_offset(query, pairs))
    evidence, counted = _evidence(query, agreeing)
    start, end = int(query.first[counted].min()), int(query.last[counted].max())
    near = Verdict.CONTAINS if is_part(start, end, length) else Verdict.COPY
    variant = _NAMES[int(agreeing.variant[0])]
    cut = ", borders trimmed" if (query.cut[counted] == film.TRIMMED).mean() > 1 / 2 else ""
    return Judgement(
        near if evidence >= LEAST_EVIDENCE else Verdict.NONE,
        max(0, MOST_COUNTED - evidence),
        MOST_COUNTED - LEAST_EVIDENCE,
        _UNIT,
        f"{FRAMES_SCHEME}:{variant}{cut}",
        evidence * ACCEPTED_SCORE // LEAST_EVIDENCE,
        {
            "start_ms": start,
            "end_ms": end,
            "work_start_ms": int(agreeing.first.min()),
            "work_end_ms": int(agreeing.last.max()),
            "frames": len(counted),
        },
    )


def _best_offset(query: Stretches, pairs: _Pairs) -> Integers:
    """The places of the pairs that agree on the offset with the most evidence, each stretch counted once.

    A stretch of the query and one of the work agree on every offset at which their times meet.
    """
    first, last = query.first[pairs.asked], query.last[pairs.asked]
    lowest, highest = pairs.first - last - _TOLERANCE_MS, pairs.last - first + _TOLERANCE_MS
    proposed = (pairs.first - first) // _TOLERANCE_MS
    bins, counts = np.unique(proposed, return_counts=True)
    best, most = np.zeros(0, dtype=np.int64), -1
    for offset in bins[np.argsort(-counts, kind="stable")[:_OFFSETS]] * _TOLERANCE_MS + _TOLERANCE_MS // 2:
        places = np.flatnonzero((lowest <= offset) & (offset <= highest))
        nearest = np.full(len(query), RADIUS + 1, dtype=np.int64)
        np.minimum.at(nearest, pairs.asked[places], pairs.distance[places])
        gained = int((RADIUS + 1 - nearest).sum())
        if gained > most:
            best, most = places, gained
    return best


def _evidence(query: Stretches, pairs: _Pairs) -> tuple[int, Integers]:
    """What distinct frames of the query add up to, and which they are: a still picture counts once."""
    nearest = np.full(len(query), RADIUS + 1, dtype=np.int64)
    np.minimum.at(nearest, pairs.asked, pairs.distance)
    total, counted = 0, np.zeros((0, pdq.CODE_BYTES), np.uint8)
    for place in np.argsort(nearest, kind="stable").tolist():
        if nearest[place] > RADIUS:
            break
        code = query.codes[place, :1]
        if (np.bitwise_count(counted ^ code).sum(axis=1) >= _DISTINCT_BITS).all():
            total += RADIUS + 1 - int(nearest[place])
            counted = np.concatenate([counted, code])
    return total, np.flatnonzero(nearest <= RADIUS)
