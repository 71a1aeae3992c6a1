"""One suite over every similarity index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, create_engine, event, inspect

from registry.errors import IndexDamagedError
from registry.fingerprint.base import MOST_NEAR
from registry.model import Feature, WorkId
from registry.model.postings import Indexed, Postings
from registry.search import schema
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.sql import SqlIndex
from tests.ports.index_rows import (
    FIRST,
    SECOND,
    THIRD,
    Making,
    asked_for,
    code_of,
    codes_of,
    found,
    indexed_by,
    making,
    postings_of,
    told,
)

MANY_KEYS = 40_001  # more than a statement of SQLite takes variables


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.fixture(params=["linear", "sqlite", "waiting", "files"])
def make(request: pytest.FixtureRequest, connection: Connection, tmp_path: Path) -> Making:
    """Makes an empty index; keywords are passed on. `waiting` rows are in no file yet."""
    return making(request.param, connection, tmp_path)


def test_a_probe_meets_what_was_stored_under_its_scheme_and_key(make: Making) -> None:
    index = make()
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"stored"))))
    index.add(SECOND, indexed_by(postings_of("a/1", (8, b"others")), postings_of("b/1", (7, b"scheme"))))
    assert told(index.hits(asked_for(7))) == [(FIRST, 0, b"stored")]


def test_an_empty_index_and_an_empty_query_meet_nothing(make: Making) -> None:
    index = make()
    assert told(index.hits(asked_for(7))) == []
    assert index.hits(asked_for(7)).commonness.tolist() == [0]
    index.add(FIRST, Indexed((postings_of("a/1", (7, b"")),), (codes_of("c/1", (code_of(), b"")),)))
    assert told(index.hits(asked_for())) == []
    assert found(index.near(codes_of("c/1"), 31)) == []
    assert found(index.near(codes_of("d/1", (code_of(), b"")), 31)) == []
    assert told(index.hits(asked_for(7))) == [(FIRST, 0, b"")]


def test_every_probe_of_a_key_meets_every_row_by_work_then_probe_then_payload(make: Making) -> None:
    index = make()
    index.add(SECOND, indexed_by(postings_of("a/1", (7, b"y"), (7, b"x"), (8, b"z"))))
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"w"))))
    assert told(index.hits(asked_for(7, 8, 7))) == [
        (SECOND, 0, b"x"),
        (SECOND, 0, b"y"),
        (SECOND, 1, b"z"),
        (SECOND, 2, b"x"),
        (SECOND, 2, b"y"),
        (FIRST, 0, b"w"),
        (FIRST, 2, b"w"),
    ]


def test_commonness_is_how_many_works_have_a_key(make: Making) -> None:
    index = make()
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"), (7, b"y"))))
    index.add(SECOND, indexed_by(postings_of("a/1", (7, b"x"))))
    index.add(THIRD, indexed_by(postings_of("a/1", (8, b"x"))))
    assert index.hits(asked_for(8, 7, 9, 7)).commonness.tolist() == [1, 2, 0, 2]


def test_works_are_counted_in_the_rows_that_are_read(make: Making) -> None:
    index = make(bucket_cap=2)
    for work_id in (FIRST, SECOND, THIRD):
        index.add(work_id, indexed_by(postings_of("a/1", (7, b"x"))))
    assert index.hits(asked_for(7)).commonness.tolist() == [2]


def test_adding_the_same_again_changes_nothing(make: Making) -> None:
    index = make()
    for _ in range(2):
        index.add(
            FIRST,
            Indexed((postings_of("a/1", (7, b"x"), (7, b"x")),), (codes_of("c/1", (code_of(), b"p")),)),
        )
        assert told(index.hits(asked_for(7))) == [(FIRST, 0, b"x")]
        assert found(index.near(codes_of("c/1", (code_of(), b"")), 31)) == [(FIRST, 0, 0, b"p")]


def test_a_work_gets_more_rows_and_keeps_its_place(make: Making) -> None:
    index = make()
    index.add(SECOND, indexed_by(postings_of("a/1", (7, b"y"))))
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"))))
    assert len(told(index.hits(asked_for(7)))) == 2
    index.add(SECOND, indexed_by(postings_of("a/1", (7, b"a"), (7, b"z"))))
    rows = told(index.hits(asked_for(7)))
    assert rows == [(SECOND, 0, b"a"), (SECOND, 0, b"y"), (SECOND, 0, b"z"), (FIRST, 0, b"x")]


def test_a_removed_work_is_forgotten_and_others_are_not(make: Making) -> None:
    index = make()
    for work_id in (FIRST, SECOND):
        index.add(
            work_id,
            Indexed(
                (postings_of("a/1", (7, b"x")),),
                (codes_of("c/1", (code_of(), b"")),),
                (Feature("f/1", bytes(work_id)),),
            ),
        )
    index.remove(FIRST)
    index.remove(THIRD)
    assert told(index.hits(asked_for(7))) == [(SECOND, 0, b"x")]
    assert index.hits(asked_for(7)).commonness.tolist() == [1]
    assert found(index.near(codes_of("c/1", (code_of(), b"")), 31)) == [(SECOND, 0, 0, b"")]
    assert index.features("f/1", [FIRST, SECOND]) == {SECOND: bytes(SECOND)}


def test_a_work_that_comes_back_stands_last_with_its_new_rows_alone(make: Making) -> None:
    index = make()
    for work_id in (FIRST, SECOND):
        index.add(work_id, indexed_by(postings_of("a/1", (7, b"x"), (8, b"x"))))
    index.remove(FIRST)
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"))))
    assert told(index.hits(asked_for(7, 8))) == [(SECOND, 0, b"x"), (SECOND, 1, b"x"), (FIRST, 0, b"x")]


def test_a_cleared_index_is_empty_and_can_be_filled_again(make: Making) -> None:
    index = make()
    indexed = Indexed((postings_of("a/1", (7, b"x")),), (), (Feature("f/1", b"data"),))
    index.add(FIRST, indexed)
    index.clear()
    assert told(index.hits(asked_for(7))) == []
    assert index.features("f/1", [FIRST]) == {}
    index.add(FIRST, indexed)
    assert told(index.hits(asked_for(7))) == [(FIRST, 0, b"x")]


def test_features_are_handed_back_whole_the_latest_of_a_scheme(make: Making) -> None:
    index = make()
    index.add(FIRST, Indexed(features=(Feature("f/1", b"early"), Feature("g/1", b"other"))))
    index.add(FIRST, Indexed(features=(Feature("f/1", b"late"),)))
    index.add(SECOND, Indexed(features=(Feature("g/1", b""),)))
    assert index.features("f/1", [THIRD, SECOND, FIRST]) == {FIRST: b"late"}
    assert index.features("g/1", [SECOND, FIRST]) == {SECOND: b"", FIRST: b"other"}


def test_the_least_and_the_greatest_key_are_kept(make: Making) -> None:
    index = make()
    index.add(FIRST, indexed_by(postings_of("a/1", (2**32 - 1, b"x"), (0, b"y"))))
    assert told(index.hits(asked_for(0, 2**32 - 1))) == [(FIRST, 0, b"y"), (FIRST, 1, b"x")]


def test_more_keys_than_a_statement_takes_are_all_looked_up(make: Making) -> None:
    index = make()
    keys = np.arange(MANY_KEYS, dtype=np.uint32)
    index.add(FIRST, Indexed((Postings("a/1", keys, np.zeros((MANY_KEYS, 1), dtype=np.uint8)),)))
    hits = index.hits(Postings("a/1", keys, np.empty((MANY_KEYS, 0), dtype=np.uint8)))
    assert np.array_equal(hits.probes, np.arange(MANY_KEYS))


def test_a_crowded_key_is_read_up_to_its_cap_from_the_first_indexed_work_on(make: Making) -> None:
    index = make(bucket_cap=3)
    index.add(THIRD, indexed_by(postings_of("a/1", (7, b"x"))))
    index.add(SECOND, indexed_by(postings_of("a/1", (7, b"y"), (7, b"x"), (7, b"z"))))
    index.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"), (8, b"x"))))
    assert told(index.hits(asked_for(7, 8))) == [
        (THIRD, 0, b"x"),
        (SECOND, 0, b"x"),
        (SECOND, 0, b"y"),
        (FIRST, 1, b"x"),
    ]


def test_what_crowds_a_key_and_is_forgotten_takes_no_place_in_it(make: Making) -> None:
    index = make(bucket_cap=1)
    many = [WorkId(number.to_bytes(32, "big")) for number in range(40)]
    for work_id in many:
        index.add(work_id, indexed_by(postings_of("a/1", (7, b"x"))))
    for work_id in many[:39]:
        index.remove(work_id)
    assert told(index.hits(asked_for(7))) == [(many[39], 0, b"x")]


def test_the_rarest_keys_are_read_while_all_their_rows_fit(make: Making) -> None:
    index = make(most_hits=4)
    index.add(FIRST, indexed_by(postings_of("a/1", (1, b"x"), (2, b"x"), (3, b"x"))))
    index.add(SECOND, indexed_by(postings_of("a/1", (1, b"x"), (2, b"x"))))
    hits = index.hits(asked_for(1, 2, 3, 4))
    assert told(hits) == [(FIRST, 0, b"x"), (FIRST, 2, b"x"), (SECOND, 0, b"x")]
    assert hits.commonness.tolist() == [2, 0, 1, 0]


def test_codes_are_found_up_to_the_radius_and_no_further(make: Making) -> None:
    index = make()
    index.add(
        FIRST, Indexed(codes=(codes_of("c/1", (code_of(*range(31)), b"p"), (code_of(*range(32)), b"q")),))
    )
    index.add(SECOND, Indexed(codes=(codes_of("c/1", (code_of(), b"r")), codes_of("d/1", (code_of(), b"s")))))
    sought = codes_of("c/1", (code_of(), b""), (code_of(*range(100, 140)), b""))
    assert found(index.near(sought, 31)) == [(FIRST, 0, 31, b"p"), (SECOND, 0, 0, b"r")]
    assert found(index.near(sought, 30)) == [(SECOND, 0, 0, b"r")]
    assert found(index.near(sought, 0)) == [(SECOND, 0, 0, b"r")]


def test_the_opposite_of_a_code_is_as_far_as_can_be(make: Making) -> None:
    index = make()
    index.add(FIRST, Indexed(codes=(codes_of("c/1", (code_of(*range(256)), b"")),)))
    assert found(index.near(codes_of("c/1", (code_of(), b"")), 31)) == []


def test_a_code_that_is_copied_often_is_answered_with_the_nearest_and_first(make: Making) -> None:
    index = make()
    far = [(code_of(5), number.to_bytes(2, "big")) for number in range(MOST_NEAR)]
    index.add(FIRST, Indexed(codes=(codes_of("c/1", *far),)))
    index.add(SECOND, Indexed(codes=(codes_of("c/1", (code_of(), b"zz")),)))
    rows = found(index.near(codes_of("c/1", (code_of(), b""), (code_of(200), b"")), 1))
    assert rows[: MOST_NEAR - 1] == [(FIRST, 0, 1, payload) for _, payload in far[:-1]]
    assert rows[MOST_NEAR - 1 :] == [(SECOND, 0, 0, b"zz"), (SECOND, 1, 1, b"zz")]


@pytest.mark.parametrize("name", ["view_postings", "view_codes"])
def test_a_table_of_the_index_is_its_primary_key(connection: Connection, name: str) -> None:
    key = inspect(connection).get_pk_constraint(name)["constrained_columns"]
    assert key == ["scheme", "key", "work", "payload"]
    statement = "SELECT sql FROM sqlite_schema WHERE name = ?"
    assert "WITHOUT ROWID" in connection.exec_driver_sql(statement, (name,)).scalar_one()


@pytest.mark.parametrize("kind", ["sqlite", "waiting", "files"])
def test_an_index_leaves_committing_to_the_connections_owner(kind: str, tmp_path: Path) -> None:
    engine = create_engine("sqlite://")
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        connection.commit()
        commits.clear()
        index = making(kind, connection, tmp_path)()
        index.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"))))
        index.hits(asked_for(7))
        index.remove(FIRST)
        index.clear()
        assert commits == []
    engine.dispose()


def test_one_index_does_not_answer_for_what_another_has(connection: Connection, tmp_path: Path) -> None:
    in_sql = SqlIndex(connection)
    in_sql.add(FIRST, indexed_by(postings_of("a/1", (7, b"x"))))
    in_files = FileIndex(connection, IndexFolder(tmp_path))
    with pytest.raises(IndexDamagedError, match="sync --rebuild"):
        in_files.hits(asked_for(7))
    in_files.clear()
    in_files.add(FIRST, indexed_by(postings_of("a/1", (7, b"y"))))
    assert told(in_files.hits(asked_for(7))) == [(FIRST, 0, b"y")]
    with pytest.raises(IndexDamagedError, match="sync --rebuild"):
        SqlIndex(connection).near(codes_of("c/1", (code_of(), b"")), 31)
