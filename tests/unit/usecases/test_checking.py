"""A fingerprint that only its claimant made becomes checked once the registry has seen the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from registry.errors import NotFoundError, OtherFileError
from registry.model import FingerprintCheck, Verdict, WorkId
from registry.ports import ComputedBy, WorkFilter
from registry.usecases.records import Record
from registry.usecases.viewer import NOBODY, Viewer
from tests.unit.usecases.conftest import House
from tests.unit.usecases.declaring import Declared, date, declare, made_up, new_file, own_fingerprint


def check_of(house: House, work: Declared, viewer: Viewer = NOBODY) -> FingerprintCheck:
    entry = house.read(work.work_id, viewer).entry
    assert entry is not None
    return entry.fingerprint_check


def altered(file: Path) -> Path:
    """The picture at two thirds of its size, as a JPEG."""
    copy = file.with_suffix(".jpg")
    with Image.open(file) as picture:
        width, height = picture.size
        picture.convert("RGB").resize((width * 2 // 3, height * 2 // 3)).save(copy, quality=70)
    return copy


def found(house: House, file: Path) -> dict[WorkId, Verdict]:
    matches = house.registry.verify_file(file, NOBODY).matches
    return {match.work_id: match.judgement.verdict for match, _ in matches}


def everything(house: House) -> list[Record]:
    return list(house.registry.list_works(WorkFilter(), None, 100).records)


def test_the_file_makes_it_checked_and_copies_are_found_from_then_on(house: House) -> None:
    file = new_file(house)
    work = declare(house, "ann", own_fingerprint(house, file))
    date(house, work)
    assert check_of(house, work) is FingerprintCheck.UNCHECKED
    assert found(house, altered(file)) == {}
    entry = house.registry.check_file(work.work_id, file, NOBODY).entry
    assert entry is not None
    assert entry.fingerprint_check is FingerprintCheck.AGREES
    assert entry.told == (entry.fingerprint, ComputedBy.REGISTRY)
    assert entry.computed_by is ComputedBy.CLAIMANT, "what the journal keeps of it stays"
    assert found(house, altered(file)) == {work.work_id: Verdict.COPY}


def test_a_made_up_fingerprint_is_told_as_such_and_the_registrys_is_searched(house: House) -> None:
    file = new_file(house)
    lie = made_up(house, file)
    work = declare(house, "bob", lie)
    date(house, work)
    entry = house.registry.check_file(work.work_id, file, NOBODY).entry
    assert entry is not None
    assert entry.fingerprint_check is FingerprintCheck.DIFFERS
    assert entry.told == (lie, ComputedBy.CLAIMANT)
    assert entry.fingerprint == lie, "what was signed stays"
    assert found(house, altered(file)) == {work.work_id: Verdict.COPY}


def test_another_file_is_refused_before_it_is_decoded_and_both_hashes_are_named(house: House) -> None:
    file, text = new_file(house), house.folder / "no-picture.txt"
    text.write_text("not a medium that is decoded", "utf-8")
    fingerprint = own_fingerprint(house, file)
    work = declare(house, "cat", fingerprint)
    with pytest.raises(OtherFileError) as refused:
        house.registry.check_file(work.work_id, text, work.owner)
    assert refused.value.facts["declared"] == fingerprint["content_hash"]
    assert refused.value.facts["found"] not in (None, fingerprint["content_hash"])
    assert check_of(house, work, work.owner) is FingerprintCheck.UNCHECKED


def test_before_it_is_dated_only_the_receipt_lets_a_file_be_shown(house: House) -> None:
    file = new_file(house)
    work = declare(house, "dan", own_fingerprint(house, file))
    with pytest.raises(NotFoundError):
        house.registry.check_file(work.work_id, file, NOBODY)
    house.registry.check_file(work.work_id, file, work.owner)
    assert check_of(house, work, work.owner) is FingerprintCheck.AGREES


def test_a_file_shown_for_a_hidden_record_does_not_show_in_anothers(house: House) -> None:
    file = new_file(house)
    fingerprint = own_fingerprint(house, file)
    hidden, curious = declare(house, "eve", fingerprint), declare(house, "fay", fingerprint)
    house.registry.check_file(hidden.work_id, file, hidden.owner)
    draft_id, answers = house.prepare("gus", file)
    ready = house.registry.answer_draft(draft_id, answers)
    signature = house.sign("gus", ready.registration, ready.domain)
    house.registry.register_work(draft_id, signature, "log")
    assert check_of(house, curious, curious.owner) is FingerprintCheck.UNCHECKED
    date(house, hidden, curious)
    assert check_of(house, curious) is FingerprintCheck.AGREES


def test_a_record_made_here_of_the_same_bytes_counts_as_seen_once_it_is_on_chain(house: House) -> None:
    file = new_file(house)
    work = declare(house, "hal", own_fingerprint(house, file))
    date(house, work)
    assert found(house, altered(file)) == {}
    made = house.register("ida", file)
    assert check_of(house, work) is FingerprintCheck.AGREES
    assert found(house, altered(file)) == {work.work_id: Verdict.COPY, made: Verdict.COPY}


def _then_dated(house: House, work: Declared, file: Path) -> None:
    house.registry.check_file(work.work_id, file, work.owner)
    date(house, work)


def _after_the_date(house: House, work: Declared, file: Path) -> None:
    date(house, work)
    house.registry.check_file(work.work_id, file, NOBODY)


@pytest.mark.parametrize("show", [_then_dated, _after_the_date])
def test_clashes_are_the_same_whichever_came_first_the_file_or_the_anchor(
    house: House, show: Callable[[House, Declared, Path], None]
) -> None:
    file, name = new_file(house), show.__name__
    near = house.submit(f"joe {name}", altered(file), "log").record.work_id
    house.settle(lambda: house.find(near) is not None)
    work = declare(house, f"kim {name}", own_fingerprint(house, file))
    show(house, work, file)
    house.step()
    [claim] = house.read(work.work_id).adverse_claims
    assert (claim.work_id, claim.verdict) == (near, "copy")
    assert [one.work_id for one in house.read(near).adverse_claims] == [work.work_id]


def test_a_work_declared_first_and_seen_last_clashes_with_what_came_between(house: House) -> None:
    file = new_file(house)
    work = declare(house, "lea", own_fingerprint(house, file))
    date(house, work)
    near = house.register("max", altered(file))
    assert house.read(near).adverse_claims == ()
    house.registry.check_file(work.work_id, file, NOBODY)
    assert [one.work_id for one in house.read(near).adverse_claims] == [work.work_id]


def test_the_same_file_again_changes_nothing_and_is_not_decoded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = new_file(house)
    work = declare(house, "ned", own_fingerprint(house, file))
    date(house, work)
    once = house.registry.check_file(work.work_id, file, NOBODY)
    monkeypatch.setattr(type(house.registry.check_file.extractor), "extract", None)
    assert house.registry.check_file(work.work_id, file, NOBODY) == once


def test_a_work_that_was_declared_alike_by_others_is_seen_with_it(house: House) -> None:
    file = new_file(house)
    fingerprint = own_fingerprint(house, file)
    works = [declare(house, name, fingerprint) for name in ("oda", "pia", "quy")]
    date(house, *works)
    house.registry.check_file(works[1].work_id, file, NOBODY)
    assert {check_of(house, one) for one in works} == {FingerprintCheck.AGREES}
    assert set(found(house, altered(file))) == {one.work_id for one in works}
    [late] = [declare(house, "ray", fingerprint)]
    date(house, late)
    assert late.work_id in found(house, altered(file))


def test_a_rebuild_gives_the_same_records_clashes_and_matches(house: House) -> None:
    file = new_file(house)
    work = declare(house, "sue", made_up(house, file))
    date(house, work)
    near = house.register("tom", altered(file))
    house.registry.check_file(work.work_id, file, NOBODY)
    house.settle(lambda: not house.registry.sync_chain())
    before, matched = everything(house), found(house, altered(file))
    assert set(matched) == {work.work_id, near}
    house.registry.sync_chain.rebuild()
    assert everything(house) == before
    assert found(house, altered(file)) == matched
