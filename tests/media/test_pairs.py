"""Every registered medium against its example pairs, through a real worker and an index."""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from registry.fingerprint import matching
from registry.fingerprint.detect import MEDIA
from registry.fingerprint.pool import DecoderPool
from registry.fingerprint.rates import levels_of, rate_of
from registry.model import ACCEPTED_SCORE, Extraction, Judgement, WorkId
from registry.search.linear import LinearIndex
from registry.usecases.similarity import similar
from tests.media.media_files import Pair

WORK = WorkId(b"\x01" * 32)


@cache
def _pairs(medium: str) -> tuple[Pair, ...]:
    path = Path(__file__).parent / medium / "pairs.py"
    if not path.exists():
        return ()
    spec = importlib.util.spec_from_file_location(f"{medium}_pairs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pairs: tuple[Pair, ...] = module.pairs()
    return pairs


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, wait_seconds=60) as pool:
        yield pool


def _extract(pool: DecoderPool, folder: Path, data: bytes) -> Extraction:
    path = folder / "file"
    path.write_bytes(data)
    return pool.extract(path)


def _found(query: Extraction, work: Extraction) -> Judgement | None:
    index = LinearIndex()
    index.add(WORK, matching.indexed(work))
    matches = similar(index, query)
    return matches[0].judgement if matches else None


@pytest.mark.parametrize("medium", MEDIA)
def test_every_medium_has_pairs_that_are_near_and_pairs_that_are_not(medium: str) -> None:
    near = [pair.verdict is not None for pair in _pairs(medium)]
    assert any(near), f"tests/media/{medium}/pairs.py shows no copy that is found"
    assert not all(near), f"tests/media/{medium}/pairs.py shows no file that is not a copy"


@pytest.mark.parametrize(
    ("medium", "pair"),
    [pytest.param(medium, pair, id=f"{medium}: {pair.name}") for medium in MEDIA for pair in _pairs(medium)],
)
def test_a_pair_is_judged_as_it_should_be(pool: DecoderPool, tmp_path: Path, medium: str, pair: Pair) -> None:
    query, work = (_extract(pool, tmp_path, data) for data in (pair.query, pair.work))
    assert query.medium == work.medium == medium
    judgement = _found(query, work)
    found = (judgement.verdict, judgement.compared) if judgement else (None, None)
    assert found == (pair.verdict, pair.compared)
    assert judgement == matching.compare(query, work)
    assert judgement is None or judgement.distance <= judgement.threshold
    assert judgement is None or judgement.score >= ACCEPTED_SCORE
    assert judgement is None or rate_of(judgement) is not None
    assert [name for name in matching.compared(query) if not levels_of(name)] == []  # run `make rates`
