"""All works but one."""

import numpy as np

from registry.fingerprint import matching
from registry.fingerprint.image import ImageMedium
from registry.fingerprint.others import Others
from registry.model.postings import Codes, Indexed, Postings
from registry.search.linear import LinearIndex
from tests.media.searching import index_of, work_id_of
from tests.unit.fingerprint.local_features import chosen, made_up
from tests.unit.fingerprint.test_image import _extraction
from tests.unit.fingerprint.test_image_local import _of

PROBES = Postings("a/1", np.array([7, 8], np.uint32), np.zeros((2, 0), np.uint8))


def _index() -> LinearIndex:
    index = LinearIndex()
    for number, keys in enumerate(([7, 8], [7], [8])):
        rows = np.full((len(keys), 1), number, np.uint8)
        codes = Codes("c/1", np.full((1, 32), number, np.uint8), np.zeros((1, 0), np.uint8))
        index.add(work_id_of(number), Indexed((Postings("a/1", np.array(keys, np.uint32), rows),), (codes,)))
    return index


def test_answers_are_those_of_an_index_without_the_work() -> None:
    sought = Codes("c/1", np.zeros((1, 32), np.uint8), np.zeros((1, 0), np.uint8))
    for number in range(3):
        without = _index()
        without.remove(work_id_of(number))
        others = Others(_index(), work_id_of(number))
        for mine, theirs in (
            (others.hits(PROBES), without.hits(PROBES)),
            (others.near(sought, 31), without.near(sought, 31)),
        ):
            for name in type(mine).__slots__:
                assert list(map(str, getattr(mine, name))) == list(map(str, getattr(theirs, name))), name


def test_a_part_is_found_of_another_work_where_the_whole_is_its_own() -> None:
    whole = made_up(1)
    index = index_of(ImageMedium(), [_of(whole), _of(chosen(whole, slice(0, 60)))])
    found = matching.search(_of(chosen(whole, slice(0, 60))), Others(index, work_id_of(1)))
    assert work_id_of(0) in found
    assert work_id_of(1) not in found


def test_the_same_bytes_alone_settle_nothing_and_a_near_code_does() -> None:
    picture, index = _extraction([bytes([number]) * 32 for number in range(1, 9)]), LinearIndex()
    by_hash = Indexed((matching.indexed(picture).postings[0],))
    index.add(work_id_of(1), by_hash)
    assert matching.search(picture, index)
    assert not matching.is_settled(picture, index)
    index.add(work_id_of(2), matching.indexed(picture))
    assert matching.is_settled(picture, index)
