"""The index in files: what is damaged is told, what is rolled back is gone, and files stay few."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from registry.errors import IndexDamagedError
from registry.model import WorkId
from registry.model.postings import CODE_BYTES, Codes, Indexed, Postings
from registry.search.files import FileIndex
from registry.search.folder import SUFFIX, IndexFolder, Pace
from registry.search.tidying import TidyIndex
from registry.store import SqlStore, migrate, open_engine

AT_ONCE = Pace(waiting_bytes=1, fanout=100)
CODES_A_WORK = 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    engine = open_engine(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    engine.dispose()
    return tmp_path


class _Opened:
    """A store over the folder, as a process of its own would open it."""

    def __init__(self, folder: Path, pace: Pace = AT_ONCE) -> None:
        self.files = IndexFolder(folder / "index", pace)
        self.engine = open_engine(f"sqlite:///{folder}/store.db")
        self.store = SqlStore(self.engine, lambda connection: FileIndex(connection, self.files))

    def add(self, *numbers: int) -> None:
        with self.store.write() as unit:
            for number in numbers:
                unit.index.add(_work(number), _indexed(number))

    def found(self, keys: int = 200) -> list[WorkId]:
        with self.store.read() as unit:
            return list(unit.index.hits(_keys(keys)).work_ids)

    def near(self, number: int) -> tuple[WorkId, ...]:
        codes = Codes("c/1", _indexed(number).codes[0].codes[:1], np.empty((1, 0), dtype=np.uint8))
        with self.store.read() as unit:
            return unit.index.near(codes, 31).work_ids


@pytest.fixture
def opened(folder: Path) -> Iterator[_Opened]:
    opened = _Opened(folder)
    yield opened
    opened.engine.dispose()


def _work(number: int) -> WorkId:
    return WorkId(number.to_bytes(32, "big"))


def _indexed(number: int) -> Indexed:
    codes = np.random.default_rng(number).integers(0, 256, (CODES_A_WORK, CODE_BYTES), dtype=np.uint8)
    payloads = np.zeros((CODES_A_WORK, 2), dtype=np.uint8)
    return Indexed(
        (Postings("a/1", np.array([number], dtype=np.uint32), np.zeros((1, 3), dtype=np.uint8)),),
        (Codes("c/1", codes, payloads),),
    )


def _keys(count: int) -> Postings:
    return Postings("a/1", np.arange(count, dtype=np.uint32), np.empty((count, 0), dtype=np.uint8))


def _segments(folder: Path) -> list[Path]:
    return sorted((folder / "index").glob(f"*{SUFFIX}"))


def test_what_one_process_indexes_another_finds(folder: Path, opened: _Opened) -> None:
    other = _Opened(folder)
    assert other.found() == []
    opened.add(1, 2)
    assert other.found() == [_work(1), _work(2)]
    with opened.store.write() as unit:
        unit.index.remove(_work(1))
    assert other.found() == [_work(2)]
    other.engine.dispose()


def _change_and_fail(opened: _Opened) -> None:
    with opened.store.write() as unit:
        unit.index.add(_work(2), _indexed(2))
        unit.index.remove(_work(1))
        assert list(unit.index.hits(_keys(9)).work_ids) == [_work(2)]
        raise ZeroDivisionError


@pytest.mark.parametrize("pace", [AT_ONCE, Pace()])
def test_a_unit_sees_its_own_changes_and_leaves_none_if_it_fails(folder: Path, pace: Pace) -> None:
    opened = _Opened(folder, pace)
    opened.add(1)
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(opened)
    assert opened.found() == [_work(1)]
    opened.add(3)  # takes the number, and in the database the place, of what is gone
    assert opened.found() == [_work(1), _work(3)]
    assert opened.near(2) == ()
    assert opened.near(3) == (_work(3),)
    opened.engine.dispose()


def test_rows_wait_in_the_database_until_they_are_many(folder: Path) -> None:
    opened = _Opened(folder, Pace(waiting_units=5))
    for number in range(5):
        opened.add(number)
    assert _segments(folder) == []
    opened.add(5)
    assert len(_segments(folder)) == 1
    assert opened.found() == [_work(number) for number in range(6)]
    opened.engine.dispose()


def test_files_are_merged_and_the_replaced_ones_removed_later(folder: Path) -> None:
    opened = _Opened(folder, Pace(waiting_bytes=1, fanout=3, merge_bytes=0))
    for number in range(7):
        opened.add(number)
    with opened.store.write() as unit:
        unit.index.remove(_work(3))
    tidy = TidyIndex(opened.store)
    while tidy():
        pass
    with opened.store.read() as unit:
        assert isinstance(unit.index, FileIndex)
        live = unit.index._seen()
    assert len(live.segments) == 1
    assert live.segments[0].rows == 6 * (CODES_A_WORK + 1)
    assert live.removed == {}
    assert opened.found() == [_work(number) for number in range(7) if number != 3]
    assert opened.near(3) == ()
    assert opened.near(4) == (_work(4),)
    assert len(_segments(folder)) > 1
    opened.files.sweep(live.segments, grace_seconds=-1)
    assert [path.name for path in _segments(folder)] == [live.segments[0].name]
    assert opened.found() == [_work(number) for number in range(7) if number != 3]
    opened.engine.dispose()


def test_a_merge_that_another_process_made_before_changes_nothing(opened: _Opened) -> None:
    opened.add(1)
    opened.add(2)
    with opened.store.read() as unit:
        index = unit.index
        assert isinstance(index, FileIndex)
        entries = index._seen().segments
    merged = index.merge(entries)
    for expected in (True, False):
        with opened.store.write() as unit:
            assert isinstance(unit.index, FileIndex)
            assert unit.index.replace(entries, merged) is expected
    assert opened.found() == [_work(1), _work(2)]


def test_a_missing_or_cut_file_asks_for_a_rebuild(folder: Path, opened: _Opened) -> None:
    opened.add(1)
    [segment] = _segments(folder)
    whole = segment.read_bytes()
    for content in (None, b"", whole[:-1], whole + b"\0"):
        segment.unlink(missing_ok=True)
        if content is not None:
            segment.write_bytes(content)
        with pytest.raises(IndexDamagedError, match="sync --rebuild"):
            _Opened(folder).found()
    segment.write_bytes(whole)
    assert _Opened(folder).found() == [_work(1)]


def test_a_damaged_table_of_contents_is_noticed_at_opening(folder: Path, opened: _Opened) -> None:
    opened.add(1)
    [segment] = _segments(folder)
    whole = segment.read_bytes()
    for place in (0, len(whole) - 1, len(whole) - 20, len(whole) - 60):
        segment.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IndexDamagedError):
            TidyIndex(_Opened(folder).store).check()


def test_damaged_rows_are_not_merged_into_a_new_file(folder: Path, opened: _Opened) -> None:
    opened.add(1)
    opened.add(2)
    code = _indexed(1).codes[0].codes[0].tobytes()
    [segment] = [path for path in _segments(folder) if code in path.read_bytes()]
    segment.write_bytes(segment.read_bytes().replace(code, code[::-1]))
    again = _Opened(folder)
    with again.store.read() as unit:
        assert isinstance(unit.index, FileIndex)
        with pytest.raises(IndexDamagedError, match="not as it was written"):
            unit.index.merge(unit.index._seen().segments)
    again.engine.dispose()


def test_a_rebuild_begins_with_forgetting_whatever_is_damaged(folder: Path, opened: _Opened) -> None:
    opened.add(1)
    _segments(folder)[0].unlink()
    again = _Opened(folder)
    with again.store.write() as unit:
        unit.index.clear()
    again.add(2)
    assert again.found() == [_work(2)]
    again.engine.dispose()
