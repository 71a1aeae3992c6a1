"""From a file to a record, with everything that can be wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry import statements
from registry.errors import (
    AlreadyRegisteredError,
    DeadlineExpiredError,
    DraftNotReadyError,
    DraftRecordedError,
    EmptyFileError,
    InvalidAnswerError,
    InvalidDocumentError,
    InvalidSignatureError,
    NotFoundError,
    UnansweredMatchesError,
    UnsupportedWayError,
)
from registry.model import CancelDeclaration, Status, Verdict
from registry.samples.alter import altered_picture
from registry.usecases.declare import Keep, PrepareDraft
from registry.usecases.viewer import NOBODY, Viewer
from tests.unit.usecases.conftest import House


def test_a_record_goes_from_pending_to_final_and_is_found_by_everybody_only_then(house: House) -> None:
    file = house.file()
    recorded = house.submit("ann", file)
    work_id, owner = recorded.record.work_id, Viewer.holding([recorded.receipt_token])
    assert recorded.record.status is Status.PENDING
    assert recorded.record.registration_number is None
    assert house.read(work_id, owner).status is Status.PENDING
    with pytest.raises(NotFoundError):
        house.read(work_id)
    assert house.registry.verify_file(file, NOBODY).matches == ()
    assert [match.work_id for match, _ in house.registry.verify_file(file, owner).matches] == [work_id]

    house.settle(lambda: house.is_final(work_id))
    record = house.read(work_id)
    assert record.title is not None
    assert record.title.holder == house.address("ann")
    assert record.registration_number == f"31337-T{record.title.block_number}-{record.title.log_index}"
    [(match, found)] = house.registry.verify_file(file, NOBODY).matches
    assert (match.judgement.verdict, found.work_id) == (Verdict.IDENTICAL, work_id)


def test_the_same_call_twice_is_the_same_record_and_receipt(house: House) -> None:
    draft_id, answers = house.prepare("bob", house.file())
    ready = house.registry.answer_draft(draft_id, answers)
    assert house.registry.answer_draft(draft_id, answers) == ready
    signature = house.sign("bob", ready.registration, ready.domain)
    first = house.registry.register_work(draft_id, signature, "registerFor")
    again = house.registry.register_work(draft_id, signature, "registerFor")
    assert again.receipt_token == first.receipt_token
    assert again.record.work_id == first.record.work_id
    house.settle(lambda: house.is_final(first.record.work_id))
    once_more = house.registry.register_work(draft_id, signature, "registerFor")
    assert once_more.record.status is Status.FINAL
    with house.registry.read_work.store.read() as unit:
        assert len(unit.outbox.items_of(first.record.work_id)) == 1


def test_the_same_claimant_cannot_declare_the_same_bytes_again(house: House) -> None:
    file = house.file()
    pending = house.submit("cy", file)
    with pytest.raises(AlreadyRegisteredError):
        house.submit("cy", file)
    house.settle(lambda: house.is_final(pending.record.work_id))
    with pytest.raises(AlreadyRegisteredError) as caught:
        house.prepare("cy", file)
    assert caught.value.facts["work_id"] == str(pending.record.work_id)


def test_bytes_whose_declaration_was_cancelled_can_be_declared_again_by_the_same_claimant(
    house: House,
) -> None:
    file = house.file()
    first = house.submit("ida", file, via="register").record
    with house.registry.read_work.store.read() as unit:
        entry = unit.journal.registrations([first.work_id])[first.work_id]
    house.fund("ida")
    act = CancelDeclaration(entry.registration.declaration)
    prepared = house.registry.prepare_act(house.address("ida"), NOBODY, lambda _: act)
    sent = house.send("ida", prepared.transaction)
    house.settle(lambda: bool(house.events_of(sent)))
    again = house.submit("ida", file).record
    assert again.work_id != first.work_id


def test_the_same_bytes_of_somebody_else_can_only_be_contested_and_show_on_both(house: House) -> None:
    file = house.file()
    first = house.register("dee", file)
    draft_id, _ = house.prepare("eve", file)
    with pytest.raises(UnansweredMatchesError):
        house.registry.answer_draft(draft_id, {})
    for wrong in ("acknowledged", "derivative", "mine!"):
        with pytest.raises(InvalidAnswerError):
            house.registry.answer_draft(draft_id, {str(first): wrong})
    with pytest.raises(InvalidAnswerError):
        house.registry.answer_draft(draft_id, {str(first): "adverse-claim", "0x" + "00" * 32: "acknowledged"})
    second = house.register("eve", file)
    assert [(claim.work_id, claim.verdict) for claim in house.read(first).adverse_claims] == [
        (second, "identical")
    ]
    assert [claim.claimant for claim in house.read(second).adverse_claims] == [house.address("dee")]


def test_two_pending_declarations_of_the_same_bytes_clash_once_both_are_confirmed(house: House) -> None:
    file = house.file()
    one, two = house.submit("fay", file), house.submit("gus", file)
    ids = {one.record.work_id, two.record.work_id}
    house.settle(lambda: all(house.is_final(work_id) for work_id in ids))
    for work_id in ids:
        assert {claim.work_id for claim in house.read(work_id).adverse_claims} == ids - {work_id}


def test_a_copy_declared_a_derivative_names_its_parent_and_does_not_clash(
    house: House, tmp_path: Path
) -> None:
    from registry.samples import samples  # noqa: PLC0415

    original, copy = tmp_path / "original.jpg", tmp_path / "copy.jpg"
    original.write_bytes(samples()[0].read())
    copy.write_bytes(altered_picture(original.read_bytes()))
    parent = house.register("hal", original)
    draft_id, _ = house.prepare("ida", copy)
    ready = house.registry.answer_draft(draft_id, {str(parent): "derivative"})
    assert ready.registration.declaration.parents == (parent,)
    signature = house.sign("ida", ready.registration, ready.domain)
    child = house.registry.register_work(draft_id, signature, "registerFor").record.work_id
    house.settle(lambda: house.is_final(child))
    assert house.read(child).declaration.parents == (parent,)
    assert house.read(child).adverse_claims == house.read(parent).adverse_claims == ()


def test_a_signature_of_another_key_chain_or_contract_is_refused_and_nothing_is_kept(house: House) -> None:
    draft_id, answers = house.prepare("jo", house.file())
    ready = house.registry.answer_draft(draft_id, answers)
    domain = ready.domain
    wrong = [
        house.sign("mallory", ready.registration, domain),
        house.sign("jo", ready.registration, replace(domain, chain_id=1)),
        house.sign(
            "jo", ready.registration, replace(domain, address=house.registry.contracts.license_ledger)
        ),
        b"",
        bytes(65),
        house.sign("jo", ready.registration, domain)[:64],
    ]
    for signature in wrong:
        with pytest.raises(InvalidSignatureError):
            house.registry.register_work(draft_id, signature, "registerFor")
    work_id = statements.work_id(ready.registration.declaration)
    with house.registry.read_work.store.read() as unit:
        assert unit.journal.registrations([work_id]) == {}
        assert unit.outbox.items_of(work_id) == []


def test_ones_own_pending_work_is_told_beside_the_report_and_never_in_it(house: House) -> None:
    file = house.file()
    first = house.submit("kay", file)
    owner = Viewer.holding([first.receipt_token])
    facts = {"title": "t", "creators": [{"name": "n"}]}
    told = house.registry.prepare_draft(file, house.address("kay"), facts, Keep(), owner)
    assert [match.work_id for match in told.own_pending] == [first.record.work_id]
    assert told.draft.report["matches"] == []
    untold = house.registry.prepare_draft(file, house.address("kay"), facts, Keep(), NOBODY)
    assert untold.own_pending == ()


def test_a_draft_that_was_recorded_cannot_be_answered_again(house: House) -> None:
    draft_id, answers = house.prepare("lee", house.file())
    ready = house.registry.answer_draft(draft_id, answers)
    signature = house.sign("lee", ready.registration, ready.domain)
    house.registry.register_work(draft_id, signature, "registerFor")
    with pytest.raises(DraftRecordedError):
        house.registry.answer_draft(draft_id, answers)


@pytest.mark.parametrize("via", ["registerFromLog", "batch", "", "REGISTER"])
def test_a_way_in_that_is_none_of_a_single_draft_is_refused(house: House, via: str) -> None:
    with pytest.raises(UnsupportedWayError):
        house.registry.register_work("anything", b"", via)


def test_a_draft_that_is_unknown_or_unanswered_cannot_be_recorded(house: House) -> None:
    with pytest.raises(NotFoundError):
        house.registry.register_work("no such draft", b"", "registerFor")
    draft_id, _ = house.prepare("kim", house.file())
    with pytest.raises(DraftNotReadyError):
        house.registry.register_work(draft_id, bytes(65), "registerFor")


class Later:
    """The clock of somebody who comes back later."""

    def __init__(self, house: House, delay: timedelta) -> None:
        self._clock, self._delay = house.registry.register_work.clock, delay

    def now(self) -> datetime:
        return self._clock.now() + self._delay


def test_a_statement_whose_deadline_has_passed_is_refused_and_can_be_signed_anew(house: House) -> None:
    draft_id, answers = house.prepare("lou", house.file())
    ready = house.registry.answer_draft(draft_id, answers)
    signature = house.sign("lou", ready.registration, ready.domain)
    late = replace(house.registry.register_work, clock=Later(house, timedelta(hours=7)))
    with pytest.raises(DeadlineExpiredError):
        late(draft_id, signature, "registerFor")
    renewed = replace(house.registry.answer_draft, clock=Later(house, timedelta(hours=7)))(draft_id, answers)
    assert renewed.registration.deadline > ready.registration.deadline
    with pytest.raises(InvalidSignatureError):
        late(draft_id, signature, "registerFor")
    too_late = replace(house.registry.register_work, clock=Later(house, timedelta(hours=25)))
    with pytest.raises(NotFoundError):
        too_late(draft_id, signature, "registerFor")


@pytest.mark.parametrize(
    "facts",
    [
        {"title": ""},
        {"title": "x" * 400},
        {"creators": []},
        {"year": "last"},
        {"unknown": 1},
        {"usage_preferences": {"train-ai": "perhaps"}},
    ],
)
def test_facts_that_make_no_metadata_are_refused_before_anything_is_kept(
    house: House, facts: dict[str, object]
) -> None:
    with pytest.raises(InvalidDocumentError):
        house.registry.prepare_draft(
            house.file(),
            house.address("max"),
            {"title": "t", "creators": [{"name": "n"}]} | facts,
            Keep(),
            NOBODY,
        )


def test_a_title_typed_in_decomposed_letters_is_signed_in_normal_form(house: House) -> None:
    work_id = house.register("ned", house.file(), title="Cafe\u0301")
    entry = house.read(work_id).entry
    assert entry is not None
    assert entry.metadata is not None
    assert entry.metadata["title"] == "Café"


def test_an_empty_file_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(EmptyFileError):
        house.prepare("oz", tmp_path / "empty.png")


def test_a_preview_and_a_deposit_copy_are_kept_only_when_asked(house: House) -> None:
    prepare: PrepareDraft = house.registry.prepare_draft
    file = house.file()
    facts = {"title": "t", "creators": [{"name": "n"}]}
    without = prepare(file, house.address("pam"), facts, Keep(), NOBODY).draft
    assert (without.preview, without.deposit) == (None, None)
    asked = prepare(file, house.address("pam"), facts, Keep(preview=True, deposit=True), NOBODY).draft
    assert asked.preview is not None
    assert asked.deposit is not None
    assert prepare.blobs.get(asked.deposit) == file.read_bytes()


def test_a_purge_takes_abandoned_drafts_and_their_files_and_leaves_the_records(house: House) -> None:
    prepare = house.registry.prepare_draft
    facts = {"title": "t", "creators": [{"name": "n"}]}
    file = house.file()
    kept = prepare(file, house.address("quinn"), facts, Keep(deposit=True), NOBODY)
    ready = house.registry.answer_draft(kept.draft_id, {})
    signature = house.sign("quinn", ready.registration, ready.domain)
    house.registry.register_work(kept.draft_id, signature, "registerFor")
    abandoned = prepare(house.file(), house.address("quinn"), facts, Keep(deposit=True), NOBODY)
    purge = house.registry.purge_drafts
    replace(purge, clock=Later(house, timedelta(hours=25)))()
    assert kept.draft.deposit is not None
    assert abandoned.draft.deposit is not None
    assert prepare.blobs.get(kept.draft.deposit) == file.read_bytes()
    with pytest.raises(NotFoundError):
        prepare.blobs.get(abandoned.draft.deposit)
    with pytest.raises(NotFoundError):
        house.registry.answer_draft(abandoned.draft_id, {})
    again = house.registry.register_work(kept.draft_id, signature, "registerFor")
    assert again.record.work_id == ready.work_id
