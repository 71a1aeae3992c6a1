"""No altered bundle ever verifies: every byte of a small one, every value of all, and what chance finds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.evidence import Report, assemble, encode_bundle, verify_bundle
from tests.unit.evidence.bundles import RealRecords, at, paths, put, resealed
from tests.unit.evidence.second_verifier import judge

PARTS = 8  # of the bytes of a bundle, each a test of its own
KINDS = ("logged", "other", "titled", "sent", "brought")
ANY_BYTES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# What nothing but the checksum guards, and docs/EVIDENCE.md says so.
UNPROVEN = {("event", "transaction"), ("statement", "signer", "block_number")}


def is_unproven(path: tuple[str | int, ...]) -> bool:
    is_later = path[:1] == ("later",)
    return path in UNPROVEN or path[:2] == ("later", "told") or (is_later and path[-1] == "transaction")


def refused(content: bytes) -> bool:
    """Whether both verifiers refuse; ours never says otherwise in any word of its report."""
    report: Report = verify_bundle(content)
    assert report.holds == (report.first_failure is None)
    theirs = judge(content)
    assert report.holds == (theirs != "failed")
    return not report.holds


def small(records: RealRecords) -> bytes:
    """The record made on chain by signature, without what may be left out."""
    return encode_bundle(assemble(replace(records.titled.parts, metadata=None, fingerprint=None)))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_changed_byte_of_a_small_bundle_is_refused(records: RealRecords, part: int) -> None:
    content = small(records)
    # Each chain's bundle takes every other byte, so that together they take every place in a bundle.
    first = PARTS * (records.world.name == "anvil") + part
    for place in range(first, len(content), 2 * PARTS):
        assert refused(flipped(content, place, place % 7))


@pytest.mark.parametrize("kind", KINDS)
def test_changed_bytes_of_larger_bundles_are_refused(records: RealRecords, kind: str) -> None:
    content: bytes = getattr(records, kind).content
    for place in range(0, len(content), 97):
        assert refused(flipped(content, place, place % 8))


@pytest.mark.parametrize("kind", KINDS)
def test_every_changed_value_is_refused_though_the_checksum_is_made_anew(
    records: RealRecords, kind: str
) -> None:
    document = getattr(records, kind).document
    for number, path in enumerate(paths(document)):
        if path == ("checksum",) or is_unproven(path):
            continue
        values = others_of(at(document, path))
        # Two of them each time; the next path of the same form has the next two.
        for value in {*values[:1], values[number % len(values)]}:
            assert refused(resealed(put(document, path, value))), (path, value)


def test_what_only_the_checksum_guards_is_what_the_document_names(records: RealRecords) -> None:
    document = records.logged.document
    for path in paths(document):
        if is_unproven(path) and path[-1] == "transaction":
            assert not refused(resealed(put(document, path, "0x" + "ab" * 32)))


@pytest.mark.parametrize("part", ["header", "receipt", "proof"])
def test_every_changed_byte_of_the_chains_own_is_refused_though_the_checksum_is_made_anew(
    records: RealRecords, part: str
) -> None:
    document = records.other.document
    path = ("event", part, 0) if part == "proof" else ("event", part)
    told = at(document, path)
    for place in range(2, len(told), 14):
        changed = told[:place] + format(int(told[place], 16) ^ 1, "x") + told[place + 1 :]
        assert refused(resealed(put(document, path, changed)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_another_bundle_is_refused_though_the_checksum_is_made_anew(
    records: RealRecords, kind: str
) -> None:
    document = getattr(records, kind).document
    for other in (getattr(records, one).document for one in KINDS if one != kind):
        for name in document.keys() - {"checksum", "later", "attachments"}:
            if document[name] != other[name]:
                changed = resealed({**document, name: other[name]})
                # Documents behind hashes may be left out, and nothing else.
                assert refused(changed) == (other[name] is not None or name == "log")
        for section in ("statement", "event", "log"):
            if document[section] and other[section]:
                for name in document[section]:
                    path = (section, name)
                    if at(document, path) != at(other, path) and not is_unproven(path):
                        assert refused(resealed(put(document, path, at(other, path)))), path


@ANY_BYTES
@given(data=st.data())
def test_what_chance_flips_deletes_and_inserts_is_refused(records: RealRecords, data: st.DataObject) -> None:
    content = records.logged.content
    start = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 64))
    inserted = data.draw(st.binary(max_size=32))
    changed = content[:start] + inserted + content[start + length :]
    assert changed == content or refused(changed)


@ANY_BYTES
@given(data=st.data())
def test_two_bundles_swapped_at_any_place_are_refused(records: RealRecords, data: st.DataObject) -> None:
    first, second = records.logged.content, records.other.content
    places = st.integers(0, len(first))
    start, end = sorted((data.draw(places), data.draw(places)))
    for changed in (first[:start] + second[start:], first[:start] + second[start:end] + first[end:]):
        assert changed in (first, second) or refused(changed)


@ANY_BYTES
@given(data=st.data())
def test_what_chance_puts_in_place_of_a_value_is_refused(records: RealRecords, data: st.DataObject) -> None:
    document = records.logged.document
    where = [path for path in paths(document) if path != ("checksum",) and not is_unproven(path)]
    path = data.draw(st.sampled_from(where))
    texts = st.text("0x9af. é\n", max_size=70)
    scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
    objects = st.dictionaries(st.text("ab"), scalars, max_size=2)
    value = data.draw(scalars | st.lists(scalars, max_size=2) | objects)
    if json.dumps(value) != json.dumps(at(document, path)):
        assert refused(resealed(put(document, path, value)))


def flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def others_of(value: object) -> list[Any]:
    """Values near one, most of them of its form."""
    match value:
        case str() if value.startswith("0x"):
            last = format(int(value[-1], 16) ^ 1, "x") if len(value) > 2 else ""
            return [value[:-1] + last, value + "00", value[:-2], value.upper(), f"{value}\n", ""]
        case str() if value.isdigit():
            return [str(int(value) + 1), f"0{value}", f"{value}\n", "-1"]
        case str():
            return [f"{value} ", value[1:], value.swapcase()]
        case int():
            return [value + 1, -1, str(value)]
        case _:
            return ["0x" + "00" * 32, 0, ""]
