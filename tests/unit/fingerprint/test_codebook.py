"""Words and signatures of descriptors, and of what mirrors and negatives make of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from registry.fingerprint import codebook, symmetry

VARIANTS = range(4)


def _descriptors(count: int = 50) -> NDArray[np.uint8]:
    return np.random.default_rng(4).integers(0, 256, (count, 128)).astype(np.uint8)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_undoes_itself(variant: int) -> None:
    descriptors = _descriptors()
    order = symmetry.ORDERS[variant]
    assert (descriptors[:, order][:, order] == descriptors).all()


@pytest.mark.parametrize("first", VARIANTS)
@pytest.mark.parametrize("second", VARIANTS)
def test_the_product_of_two_variants_is_their_exclusive_or(first: int, second: int) -> None:
    product = symmetry.ORDERS[first][symmetry.ORDERS[second]]
    assert (product == symmetry.ORDERS[first ^ second]).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variants_words_are_those_of_the_descriptor_with_that_variant(variant: int) -> None:
    descriptors, book = _descriptors(), codebook.shipped()
    for words, turned in zip(
        book.words(descriptors), book.words(descriptors[:, symmetry.ORDERS[variant]]), strict=True
    ):
        assert ((words ^ variant) == turned).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variants_signature_is_the_descriptors_with_its_bits_exchanged(variant: int) -> None:
    descriptors, book = _descriptors(), codebook.shipped()
    expected = book.signatures(descriptors[:, symmetry.ORDERS[variant]])
    variants = np.full(len(descriptors), variant, dtype=np.uint64)
    assert (symmetry.turned(book.signatures(descriptors), variants) == expected).all()


def test_words_are_those_that_are_nearest() -> None:
    descriptors, book = _descriptors(5), codebook.shipped()
    outer, inner = book.words(descriptors)
    for half, words in enumerate((outer, inner)):
        rows = descriptors[:, symmetry.HALVES[half]].astype(np.int64)
        shapes = book._words[half].astype(np.int64)
        squares = ((rows[:, None] - shapes[None]) ** 2).sum(axis=2)
        assert (squares.argmin(axis=1) == words).all()


def test_signatures_divide_what_is_common_into_halves_and_tell_strangers_apart() -> None:
    signatures = codebook.shipped().signatures(_descriptors(400))
    bits = np.bitwise_count(signatures[:200] ^ signatures[200:])
    assert 8 < bits.mean() < 40


def test_no_descriptor_has_no_word() -> None:
    nothing = np.zeros((0, 128), dtype=np.uint8)
    outer, inner = codebook.shipped().words(nothing)
    assert len(outer) == len(inner) == len(codebook.shipped().signatures(nothing)) == 0
