"""Every similarity index answers as its linear twin, whatever was added, removed and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from registry.model import Feature, WorkId
from registry.model.postings import Indexed
from registry.ports import SimilarityIndex
from registry.search import hamming, merging, schema
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.linear import LinearIndex
from tests.ports.index_rows import (
    FIRST,
    SECOND,
    THIRD,
    asked_for,
    code_of,
    codes_of,
    making,
    postings_of,
    same,
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        yield connection
    engine.dispose()


_ROWS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([b"\x00", b"x", b"y"])), max_size=6)
_BASES = [code_of(), code_of(*range(0, 256, 2)), code_of(*range(20))]
_CODES = st.builds(
    lambda base, bits: (int.from_bytes(base, "big") ^ sum(1 << bit for bit in bits)).to_bytes(32, "big"),
    st.sampled_from(_BASES),
    st.sets(st.integers(0, 255), max_size=40),
)
_CODE_ROWS = st.lists(st.tuples(_CODES, st.sampled_from([b"\x00", b"x"])), max_size=3)
_WORKS = st.sampled_from([FIRST, SECOND, THIRD])
_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove", "settle", "reopen"]), _WORKS, _ROWS, _CODE_ROWS),
    max_size=14,
)


def _taking_a_step(
    index: SimilarityIndex, step: tuple[str, WorkId, list[tuple[int, bytes]], list[tuple[bytes, bytes]]]
) -> None:
    verb, work_id, rows, codes = step
    if verb == "add":
        postings = tuple(postings_of(scheme, *rows) for scheme in ("a/1", "b/1") if rows)
        index.add(
            work_id,
            Indexed(
                postings, (codes_of("c/1", *codes),) if codes else (), (Feature("f/1", bytes([len(rows)])),)
            ),
        )
    elif verb == "remove":
        index.remove(work_id)


@pytest.mark.parametrize("kind", ["sqlite", "waiting", "files"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=_STEPS,
    asked=st.tuples(
        st.lists(st.integers(0, 5), max_size=6), st.lists(_CODES, max_size=3), st.integers(0, 31)
    ),
    limits=st.tuples(st.integers(1, 6), st.integers(1, 30)),
)
def test_every_index_answers_as_its_linear_twin(
    kind: str,
    connection: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    steps: list[tuple[str, WorkId, list[tuple[int, bytes]], list[tuple[bytes, bytes]]]],
    asked: tuple[list[int], list[bytes], int],
    limits: tuple[int, int],
) -> None:
    for module in (hamming, merging):
        monkeypatch.setattr(module, "FEW", 2)  # so that a handful of codes is looked up by bands
    monkeypatch.setattr(merging, "_ROWS", 5)
    monkeypatch.setattr(hamming, "_MOST_PAIRS", 7)
    options = {"bucket_cap": limits[0], "most_hits": limits[1]}
    twin, index = LinearIndex(**options), making(kind, connection, tmp_path)(**options)
    for step in steps:
        _taking_a_step(twin, step)
        _taking_a_step(index, step)
        if step[0] in {"settle", "reopen"} and isinstance(index, FileIndex):
            index.settle()
            if step[0] == "reopen":
                folder = IndexFolder(tmp_path, index.folder.pace, index.folder.limits)
                index = FileIndex(connection, folder)
    keys, sought, radius = asked
    assert same(index.hits(asked_for(*keys)), twin.hits(asked_for(*keys)))
    codes = codes_of("c/1", *((code, b"") for code in sought))
    assert same(index.near(codes, radius), twin.near(codes, radius))
    every = [FIRST, SECOND, THIRD]
    assert index.features("f/1", every) == twin.features("f/1", every)
