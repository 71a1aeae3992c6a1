"""Where tiles lie, in one spelling each, and which of them a growing log changes (c2sp.org/tlog-tiles)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from registry.errors import LogShrunkError, MalformedLogDataError
from registry.log import EntryBundle, Tile, decode_entries, encode_entries, partial_tiles, tiles_of_growth
from registry.log.tree import MAX_SIZE

tiles = st.integers(0, 7).flatmap(
    lambda level: (
        st.builds(
            Tile,
            st.just(level),
            st.integers(0, (MAX_SIZE >> 8 * level) // 256 - 1),
            st.integers(1, 256),
        )
        if level < 7
        else st.builds(Tile, st.just(7), st.just(0), st.integers(1, 255))
    )
)
bundles = st.builds(EntryBundle, st.integers(0, MAX_SIZE // 256 - 1), st.integers(1, 256))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999, 1), "tile/0/999.p/1"),
        (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (EntryBundle(1_234_067), "tile/entries/x001/x234/067"),
        (EntryBundle(1, 112), "tile/entries/001.p/112"),
        (Tile(0, 2**56 - 1, 255), "tile/0/x072/x057/x594/x037/x927/935.p/255"),
        (Tile(7, 0, 255), "tile/7/000.p/255"),
    ],
)
def test_a_tile_has_the_path_that_the_format_gives_it(tile: Tile | EntryBundle, path: str) -> None:
    assert tile.path == path
    assert type(tile).parse(path) == tile


@given(tiles)
def test_a_tile_is_found_under_its_path(tile: Tile) -> None:
    assert Tile.parse(tile.path) == tile


@given(bundles)
def test_a_bundle_is_found_under_its_path(bundle: EntryBundle) -> None:
    assert EntryBundle.parse(bundle.path) == bundle


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile//000",
        "tile/00/000",
        "tile/8/000",
        "tile/63/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/000",
        "tile/0/x000/x001/234",
        "tile/0/x001",
        "tile/0/001/234",
        "tile/0/X001/234",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/999",
        "tile/0/000.p/1/1",
        "tile/0/000.P/1",
        "tile/0/000\n",
        "tile/0/000.p/1\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000.p/\u0661",
        "tile/0/../000",
        "tile/0/000?x",
        "tile/0/000%2e",
        "tile/7/000",  # 2^64 leaves, one too many
        "tile/7/001.p/1",
        "tile/0/x072/x057/x594/x037/x927/936.p/1",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x001/" * 100_000 + "000",
        "tile/0/" + "9" * 10_000,
        "tile/entries/x000/000",
        "tile/entries",
    ],
)
def test_a_path_in_any_other_spelling_names_nothing(path: str) -> None:
    with pytest.raises(MalformedLogDataError):
        Tile.parse(path)
    with pytest.raises(MalformedLogDataError):
        EntryBundle.parse(path)


def test_hashes_and_entries_are_not_confused() -> None:
    with pytest.raises(MalformedLogDataError):
        Tile.parse("tile/entries/000")
    with pytest.raises(MalformedLogDataError):
        EntryBundle.parse("tile/0/000")


@given(st.text(max_size=30) | st.from_regex(r"tile/[0-9entris]+/[x0-9/.p]+"))
@example("tile/0/x001/000")
def test_whatever_is_read_as_a_path_is_written_the_same(path: str) -> None:
    try:
        tile = Tile.parse(path)
    except MalformedLogDataError:
        return
    assert tile.path == path


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-1, 0, 1), (8, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257), (0, 2**56, 1), (6, 256, 1), (7, 0, 256)],
)
def test_a_tile_of_no_tree_is_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(MalformedLogDataError):
        Tile(level, index, width)


@pytest.mark.parametrize("width", [0, 257])
def test_a_bundle_of_no_tree_is_refused(width: int) -> None:
    with pytest.raises(MalformedLogDataError):
        EntryBundle(0, width)


def test_a_log_of_70_000_has_the_tiles_that_the_format_says() -> None:
    found = list(tiles_of_growth(0, 70_000))

    full = Counter(tile.level for tile in found if tile.width == 256)
    assert full == {0: 273, 1: 1}
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert partial_tiles(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of_growth(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert partial_tiles(256) == [Tile(1, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 3_000))
@example(65_535, 1)
@example(65_536, 1)
@example(255, 1)
@example(0, 0)
def test_the_tiles_of_a_growth_are_those_that_differ_between_the_two_trees(old: int, more: int) -> None:
    before, after = (set(tiles_of_growth(0, size)) for size in (old, old + more))

    assert list(tiles_of_growth(old, old + more)) == sorted(after - before)


@given(st.integers(0, MAX_SIZE))
def test_the_partial_tiles_of_any_tree_stand_on_its_right_edge(size: int) -> None:
    found = partial_tiles(size)

    assert all(tile.width < 256 for tile in found)
    assert sum(tile.width << 8 * tile.level for tile in found) == size
    assert [tile.level for tile in found] == sorted({tile.level for tile in found})


@given(st.integers(0, 70_000), st.integers(1, 600))
@example(65_535, 1)
def test_a_tile_is_shown_from_the_size_on_that_it_needs(old: int, more: int) -> None:
    for tile in tiles_of_growth(old, old + more):
        assert tile.needs <= old + more
        assert tile in set(tiles_of_growth(0, tile.needs))
        assert tile not in set(tiles_of_growth(0, tile.needs - 1))
        assert EntryBundle(tile.index, tile.width).needs == Tile(0, tile.index, tile.width).needs


def test_the_tiles_of_the_largest_tree_can_be_named() -> None:
    last = list(tiles_of_growth(MAX_SIZE - 1, MAX_SIZE))

    assert last == [Tile(0, 2**56 - 1, 255)]
    assert len(partial_tiles(MAX_SIZE)) == 8


def test_a_log_does_not_grow_backwards_or_beyond_the_largest() -> None:
    with pytest.raises(LogShrunkError):
        tiles_of_growth(2, 1)
    for old, new in [(0, 2**64), (-1, 1)]:
        with pytest.raises(MalformedLogDataError):
            tiles_of_growth(old, new)
    with pytest.raises(MalformedLogDataError):
        partial_tiles(-1)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256), st.data())
def test_a_bundle_gives_back_its_entries_and_fewer_if_asked(
    entries: list[bytes], data: st.DataObject
) -> None:
    width = data.draw(st.integers(1, len(entries)))
    content = encode_entries(entries)

    assert decode_entries(content, len(entries)) == entries
    assert decode_entries(content, width) == entries[:width]
    with pytest.raises(MalformedLogDataError):
        decode_entries(content, len(entries) + 1)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=9), st.data())
def test_a_cut_bundle_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    content = encode_entries(entries)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    assume(len(cut) < len(content))
    with pytest.raises(MalformedLogDataError):
        decode_entries(cut, len(entries))


def test_a_bundle_has_the_bytes_that_the_format_says_and_its_limits() -> None:
    assert encode_entries([b"", b"a"]) == b"\x00\x00\x00\x01a"
    assert decode_entries(encode_entries([bytes(65_535)]), 1) == [bytes(65_535)]
    for entries in ([], [b""] * 257, [bytes(65_536)]):
        with pytest.raises(MalformedLogDataError):
            encode_entries(entries)
    with pytest.raises(MalformedLogDataError):
        decode_entries(b"\x00\x00" * 257, 256)
    with pytest.raises(MalformedLogDataError):
        decode_entries(b"\x00\x00\x00", 1)
