"""Every registered medium against its example pairs, through a real worker and an index."""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from registry.fingerprint import matching
from registry.fingerprint.detect import MEDIA
from registry.fingerprint.pool import DecoderPool
from registry.model import Extraction, Hit, WorkId
from registry.search.linear import LinearIndex
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


def _hits(query: Extraction, work: Extraction) -> list[Hit]:
    index = LinearIndex()
    index.add(WORK, matching.postings(work))
    return index.hits(matching.probes(query)).get(WORK, [])


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
    judgement = matching.judge(query, _hits(query, work))
    found = (judgement.verdict, judgement.compared) if judgement else (None, None)
    assert found == (pair.verdict, pair.compared)
    assert judgement == matching.compare(query, work)
    assert judgement is None or judgement.distance <= judgement.threshold
