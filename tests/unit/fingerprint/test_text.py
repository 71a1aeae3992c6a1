"""Texts: what folding forgets, which passages are found, and what many works have in common."""

import random
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.fingerprint import text_features
from registry.fingerprint.text import TextMedium
from registry.fingerprint.text_folding import fold
from registry.fingerprint.text_grams import KEPT_AT_LEAST, KEPT_ONE_IN, MOST_REPEATS, grams
from registry.fingerprint.text_passages import passages
from registry.model import Extraction, Feature, Hash32, Judgement, Verdict
from registry.model.postings import Hits, Indexed, Postings
from registry.search.linear import LinearIndex
from tests.media.media_files import extract
from tests.media.searching import compared, found_by, index_of, work_id_of
from tests.media.text_files import ideographs, prose

MEDIUM = TextMedium()
LICENCE = prose(900, sentences=8)
LOOK_ALIKES = {
    "a": "\u0430\u0251\u03b1",
    "c": "\u0441\u03f2",
    "e": "\u0435\u04bd",
    "i": "\u0456lI1\u2170",
    "o": "\u043e\u03bf0",
    "p": "\u0440\u03c1",
    "s": "\u0455\U0001d4c8",
    "x": "\u0445\uff58",
    "y": "\u0443\u03b3",
}
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u0301\u0336 \n.-"
WORDS = st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=9), min_size=1, max_size=200).map(
    " ".join
)


def _letters(text: str) -> str:
    return "".join(map(chr, fold(text).letters.tolist()))


def _of(text: str) -> Extraction:
    found = grams(fold(text))
    facts = {"characters": len(text), "letters": found.weight}
    content_hash = Hash32(fold(text).letters.tobytes()[:32].ljust(32, b"\0"))
    return Extraction("text", content_hash, 1, "text/plain", facts, (), text_features.features(found.rows))


def _search(query: str, works: dict[int, str]) -> dict[int, Judgement]:
    """What a query finds among works by number."""
    index = LinearIndex()
    for number, text in works.items():
        index.add(work_id_of(number), MEDIUM.indexed(_of(text)))
    return {work_id[-1]: judgement for work_id, judgement in found_by(MEDIUM, _of(query), index).items()}


class Watched(LinearIndex):
    """Counts what it is asked."""

    def __init__(self, index: LinearIndex) -> None:
        super().__init__()
        self._works = index._works
        self.probes = 0

    def hits(self, probes: Postings) -> Hits:
        """See `LinearIndex.hits`."""
        self.probes += len(probes)
        return super().hits(probes)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Héllo, Wörld!", "heiioworid"),
        ("\uff26\uff35\uff2c\uff2c", "fuii"),
        ("\U0001d4c8\U0001d4b8\U0001d4c7", "scr"),
        ("P\u0430\u0443\u0440a\u04cf", "paypai"),
        ("a\u200bb\u00adc\u0301d", "abcd"),
        ("Straße ﬁn", "strassefin"),
        ("がカﾞ", "かカ"),
        ("", ""),
        ("... !?", ""),
    ],
)
def test_folding_keeps_what_is_read(text: str, folded: str) -> None:
    assert _letters(text) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert _letters(_letters(text)) == _letters(text)


@given(st.text())
def test_every_folded_letter_knows_its_character(text: str) -> None:
    folded = fold(text)
    assert "".join(_letters(text[offset]) for offset in sorted(set(folded.offsets.tolist()))) == _letters(
        text
    )


@given(WORDS, st.randoms(use_true_random=False))
def test_case_look_alikes_and_hidden_characters_never_change_a_fingerprint(
    text: str, chance: random.Random
) -> None:
    noisy = "".join(
        chance.choice([each, each.upper(), *LOOK_ALIKES.get(each, "")])
        + chance.choice(["", chance.choice(HIDDEN)])
        for each in text
    )
    assert _of(noisy).feature(text_features.GRAMS) == _of(text).feature(text_features.GRAMS)


@given(WORDS)
def test_features_are_read_as_they_were_written(text: str) -> None:
    assert text_features.rows_of(_of(text)).tolist() == grams(fold(text)).rows.tolist()


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_features_of_another_form_are_no_grams_and_no_error(first: bytes, second: bytes) -> None:
    features = (Feature(text_features.GRAMS, first), Feature(text_features.OFFSETS, second))
    odd = Extraction(
        "text", Hash32(bytes(32)), 1, "text/plain", {"characters": 5, "letters": 5}, (), features
    )
    rows = text_features.rows_of(odd)
    assert len(rows) <= len(first)
    assert sum(len(postings) for postings in MEDIUM.indexed(odd).postings) == len(rows)
    assert compared(MEDIUM, odd, odd) is None or len(rows)


@given(st.integers(0, 10**6), st.integers(2, 30))
@settings(max_examples=25)
def test_paragraphs_in_any_order_stay_a_copy(seed: int, sentences: int) -> None:
    text = prose(seed, sentences=4 * sentences)
    paragraphs = text.split("\n\n")
    random.Random(seed).shuffle(paragraphs)  # noqa: S311 - no secrets
    judgement = compared(MEDIUM, _of("\n\n".join(paragraphs)), _of(text))
    assert judgement is not None
    assert judgement.verdict is Verdict.COPY


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=25)
def test_an_index_and_brute_force_agree(seed: int, other: int) -> None:
    query = prose(seed) + prose(other, sentences=8)
    alone = compared(MEDIUM, _of(query), _of(prose(other)))
    assert _search(query, {1: prose(other)}).get(1) == alone
    assert alone is not None


def test_a_quotation_is_told_by_its_place_in_both_texts() -> None:
    work, host = prose(11), prose(12)
    query = host[:900] + work[600:1100] + host[900:]
    judgement = _search(query, {1: work, 2: prose(13)})[1]
    assert judgement.verdict is Verdict.CONTAINS
    assert judgement.region is not None
    region = judgement.region
    assert region["passages"] == 1
    assert 895 <= region["start_character"] <= 940
    assert 1360 <= region["end_character"] <= 1420
    assert region["work_start_character"] - region["start_character"] == -300
    assert region["characters_in_passages"] == region["end_character"] - region["start_character"]


def test_two_quotations_are_two_passages() -> None:
    work, host = prose(14), prose(15)
    query = work[100:600] + host[:1500] + work[1500:2000] + host[1500:]
    judgement = _search(query, {1: work})[1]
    assert judgement.region is not None
    assert judgement.region["passages"] == 2


def test_a_quotation_without_spaces_between_words_is_found() -> None:
    work, host = ideographs(16), ideographs(17)
    found = _search(host + work[200:300] + host, {1: work, 2: ideographs(18)})
    assert {number: each.verdict for number, each in found.items()} == {1: Verdict.CONTAINS}


def test_what_many_works_have_in_common_is_no_match() -> None:
    works = {number: prose(100 + number) + "\n\n" + LICENCE for number in range(1, 61)}
    assert _search(prose(99) + "\n\n" + LICENCE, works) == {}


def test_what_two_works_have_in_common_is_one() -> None:
    works = {
        number: prose(100 + number) + "\n\n" + (LICENCE if number < 3 else "") for number in range(1, 61)
    }
    assert set(_search(prose(99) + "\n\n" + LICENCE, works)) == {1, 2}


def test_a_work_is_found_with_the_part_that_many_have() -> None:
    works = {number: prose(100 + number) + "\n\n" + LICENCE for number in range(1, 61)}
    found = _search(works[7].upper(), works)
    assert {number: each.verdict for number, each in found.items()} == {7: Verdict.COPY}


def test_registering_a_work_many_times_does_not_hide_it() -> None:
    work = prose(31)
    works = dict.fromkeys(range(1, 41), work) | {50: prose(32)}
    copies = _search(work.lower(), works)
    assert set(copies) == set(range(1, 41))
    assert {each.verdict for each in copies.values()} == {Verdict.COPY}


def test_a_licence_alone_is_no_copy_of_the_works_that_carry_it() -> None:
    works = {number: prose(100 + number) + "\n\n" + LICENCE for number in range(1, 61)}
    assert _search(LICENCE, works) == {}


@pytest.mark.parametrize("text", ["", "Yes.", "0123456789", "A short line of some words."])
def test_a_very_short_text_is_no_error(text: str) -> None:
    assert compared(MEDIUM, _of(text), _of(prose(1))) is None


def test_one_line_is_found_in_other_letters() -> None:
    line = "Shall the wide marsh remember every careful heron that ever waited there"
    judgement = compared(MEDIUM, _of(line.upper().replace(" ", "\u2003")), _of(line))
    assert judgement is not None
    assert judgement.verdict is Verdict.COPY


def test_a_text_of_one_letter_has_one_gram_and_few_rows() -> None:
    assert len(grams(fold("a" * 100_000)).rows) <= MOST_REPEATS


def test_one_gram_in_so_many_is_kept_and_of_a_short_text_more() -> None:
    long, short = grams(fold(prose(41, sentences=400))), grams(fold(prose(41, sentences=3)))
    assert 0.8 < len(long.rows) * KEPT_ONE_IN / long.weight < 1.2
    assert len(short.rows) >= KEPT_AT_LEAST


def test_a_fingerprint_takes_less_than_a_byte_a_character() -> None:
    text = prose(42, sentences=200)
    assert sum(len(feature.data) for feature in _of(text).features) < len(text)


def test_a_long_query_is_thinned_and_still_finds_a_long_quotation(monkeypatch: pytest.MonkeyPatch) -> None:
    work, host = prose(51), prose(52, sentences=300)
    query = _of(host[:9000] + work + host[9000:])
    monkeypatch.setattr("registry.fingerprint.text.MOST_PROBES", 600)
    asked = Watched(index_of(MEDIUM, [_of(work)]))
    found = MEDIUM.search(query, asked)[work_id_of(0)]
    assert found.verdict is Verdict.CONTAINS
    assert asked.probes <= 600
    judgement = compared(MEDIUM, query, _of(work))
    assert judgement is not None
    assert judgement.verdict is Verdict.CONTAINS


def test_passages_are_told_one_by_one_in_the_order_of_the_query() -> None:
    work = prose(61)
    query = prose(62) + work[900:1400] + prose(63) + work[:500]
    asked, stored = (text_features.rows_of(_of(text)) for text in (query, work))
    mine, theirs = np.nonzero(asked[:, None, 2] == stored[None, :, 2])
    found = passages(asked[mine][:, [0, 1]], stored[theirs][:, [0, 1]], np.ones(len(mine)))
    assert len(found) == 2
    assert (found.from_character < found.to_character).all()
    assert found.from_character.tolist() == sorted(found.from_character.tolist())
    assert found.work_from_character.tolist() == sorted(found.work_from_character.tolist(), reverse=True)


def test_a_text_of_signs_alone_is_extracted_and_matches_nothing(tmp_path: Path) -> None:
    signs = extract(tmp_path, b"* * *\n" * 50)
    assert signs.facts == {"characters": 300, "letters": 0}
    assert MEDIUM.indexed(signs) == Indexed()
    assert MEDIUM.compared(signs) == []
