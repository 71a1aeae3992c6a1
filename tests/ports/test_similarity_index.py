"""One suite over every similarity index, and the index against brute force."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, inspect

from registry.fingerprint import image, pdq
from registry.fingerprint.image import ImageMedium
from registry.model import Extraction, Hash32, Hit, Posting, WorkId
from registry.search import sql
from registry.search.linear import LinearIndex
from registry.search.sql import SqlIndex

FIRST, SECOND, THIRD = (WorkId(bytes([number]) * 32) for number in (1, 2, 3))
MANY_KEYS = 1201  # more than two statements' worth

Index = LinearIndex | SqlIndex
Making = Callable[..., Index]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        sql.metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.fixture(params=["linear", "sqlite"])
def make(request: pytest.FixtureRequest, connection: Connection) -> Making:
    """Makes an empty index; keywords are passed on."""

    def linear(**options: int) -> Index:
        return LinearIndex(**options)

    def sqlite(**options: int) -> Index:
        index = SqlIndex(connection, **options)
        index.clear()
        return index

    return linear if request.param == "linear" else sqlite


def _counted(hits: dict[WorkId, list[Hit]]) -> dict[WorkId, Counter[Hit]]:
    return {work_id: Counter(of_one) for work_id, of_one in hits.items()}


def test_a_probe_meets_what_was_stored_under_its_scheme_and_key(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", 7, b"stored")])
    index.add(SECOND, [Posting("a/1", 8, b"other key"), Posting("b/1", 7, b"other scheme")])
    assert index.hits([Posting("a/1", 7, b"asked")]) == {FIRST: [Hit("a/1", b"asked", b"stored")]}


def test_an_empty_index_and_an_empty_query_meet_nothing(make: Making) -> None:
    index = make()
    assert index.hits([Posting("a/1", 7, b"")]) == {}
    index.add(FIRST, [Posting("a/1", 7, b"")])
    assert index.hits([]) == {}


def test_every_pair_of_payloads_under_one_key_is_a_hit(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", 7, b"x"), Posting("a/1", 7, b"y")])
    hits = index.hits([Posting("a/1", 7, b"p"), Posting("a/1", 7, b"q")])
    assert {(hit.query, hit.stored) for hit in hits[FIRST]} == {
        (b"p", b"x"),
        (b"p", b"y"),
        (b"q", b"x"),
        (b"q", b"y"),
    }


def test_adding_the_same_again_changes_nothing(make: Making) -> None:
    index = make()
    for _ in range(2):
        index.add(FIRST, [Posting("a/1", 7, b"x"), Posting("a/1", 7, b"x")])
    assert index.hits([Posting("a/1", 7, b"p")]) == {FIRST: [Hit("a/1", b"p", b"x")]}


def test_a_removed_work_is_forgotten_and_others_are_not(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", 7, b"x")])
    index.add(SECOND, [Posting("a/1", 7, b"y")])
    index.remove(FIRST)
    index.remove(THIRD)
    assert set(index.hits([Posting("a/1", 7, b"p")])) == {SECOND}


def test_a_cleared_index_is_empty(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", 7, b"x")])
    index.clear()
    assert index.hits([Posting("a/1", 7, b"p")]) == {}


def test_the_greatest_key_is_kept(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", 2**32 - 1, b"x")])
    assert set(index.hits([Posting("a/1", 2**32 - 1, b"p")])) == {FIRST}


def test_more_keys_than_a_statement_takes_are_all_looked_up(make: Making) -> None:
    index = make()
    index.add(FIRST, [Posting("a/1", key, b"x") for key in range(MANY_KEYS)])
    hits = index.hits([Posting("a/1", key, key.to_bytes(4, "big")) for key in range(MANY_KEYS)])
    assert len(hits[FIRST]) == MANY_KEYS


def test_a_crowded_key_is_read_up_to_its_cap_from_the_lowest_work_on(make: Making) -> None:
    index = make(bucket_cap=3)
    index.add(THIRD, [Posting("a/1", 7, b"x")])
    index.add(SECOND, [Posting("a/1", 7, b"x"), Posting("a/1", 7, b"y")])
    index.add(FIRST, [Posting("a/1", 7, b"x"), Posting("a/1", 8, b"x")])
    index.add(THIRD, [Posting("a/1", 8, b"x")])
    assert set(index.hits([Posting("a/1", 7, b"p")])) == {FIRST, SECOND}
    assert set(index.hits([Posting("a/1", 7, b"p"), Posting("a/1", 8, b"p")])) == {FIRST, SECOND, THIRD}


_POSTINGS = st.builds(
    Posting, st.sampled_from(["a/1", "b/1"]), st.integers(0, 4), st.sampled_from([b"", b"x", b"y", b"\x00"])
)
_WORKS = st.sampled_from([FIRST, SECOND, THIRD])
_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), _WORKS, st.lists(_POSTINGS, max_size=8)), max_size=8
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_STEPS, st.lists(_POSTINGS, max_size=8), st.integers(1, 6))
def test_every_back_end_answers_as_its_linear_twin(
    connection: Connection, steps: list[tuple[str, WorkId, list[Posting]]], probes: list[Posting], cap: int
) -> None:
    twin, index = LinearIndex(bucket_cap=cap), SqlIndex(connection, bucket_cap=cap)
    index.clear()
    for verb, work_id, postings in steps:
        for each in (twin, index):
            if verb == "add":
                each.add(work_id, postings)
            else:
                each.remove(work_id)
    assert _counted(index.hits(probes)) == _counted(twin.hits(probes))


def _picture(codes: list[bytes]) -> Extraction:
    code, feature = image.fingerprint(image.WHOLE, dict(zip(pdq.VARIANTS, codes, strict=True)))
    facts = {image.WHOLE.quality: 100}
    return Extraction("image", Hash32(bytes(32)), 1, "image/png", facts, (code,), (feature,))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.binary(min_size=32, max_size=32), min_size=8, max_size=8, unique=True),
    st.lists(st.tuples(st.integers(0, 7), st.sets(st.integers(0, 255), max_size=48)), min_size=1, max_size=4),
)
def test_the_index_finds_exactly_what_brute_force_finds(
    make: Making, codes: list[bytes], changes: list[tuple[int, set[int]]]
) -> None:
    medium, query, index = ImageMedium(), _picture(codes), make()
    works: dict[WorkId, Extraction] = {}
    for number, (variant, bits) in enumerate(changes):
        flipped = int.from_bytes(codes[variant], "big") ^ sum(1 << bit for bit in bits)
        work_id = WorkId(number.to_bytes(32, "big"))
        works[work_id] = _picture([flipped.to_bytes(32, "big")] * 8)
        index.add(work_id, medium.postings(works[work_id]))
    hits = index.hits(medium.probes(query))
    for work_id, work in works.items():
        expected = medium.compare(query, work)
        assert (medium.judge(query, hits[work_id]) if work_id in hits else None) == expected


def test_the_table_is_its_primary_key(connection: Connection) -> None:
    key = inspect(connection).get_pk_constraint("view_postings")["constrained_columns"]
    assert key == ["scheme", "key", "work_id", "payload"]
    assert (
        "WITHOUT ROWID"
        in connection.exec_driver_sql(
            "SELECT sql FROM sqlite_schema WHERE name = 'view_postings'"
        ).scalar_one()
    )


def test_an_index_leaves_committing_to_the_connections_owner() -> None:
    engine = create_engine("sqlite://")
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    with engine.connect() as connection:
        sql.metadata.create_all(connection)
        connection.commit()
        commits.clear()
        index = SqlIndex(connection)
        index.add(FIRST, [Posting("a/1", 7, b"x")])
        index.remove(FIRST)
        index.clear()
        index.hits([Posting("a/1", 7, b"x")])
        assert commits == []
    engine.dispose()
