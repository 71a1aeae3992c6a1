"""Bundles of real records: how far each holds, with whose word, and that a second verifier agrees."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from registry import schemas
from registry.errors import EvidenceTooLargeError, InvalidDocumentError, InvalidValueError
from registry.evidence import (
    MAX_BUNDLE_BYTES,
    Attachment,
    BlockReference,
    Given,
    Level,
    Result,
    SignedStatement,
    SignerCheck,
    Token,
    assemble,
    decode_header,
    encode_bundle,
    lines_of,
    verify_bundle,
)
from registry.evidence.parts import MAX_ATTACHMENT_BYTES, MAX_LATER
from registry.model import Hash32
from tests.unit.evidence.bundles import FILE, LOG_KEY, Made, RealRecords, resealed
from tests.unit.evidence.second_verifier import judge

KINDS = ("logged", "other", "titled", "sent", "brought")


class KnowingWitness:
    """Whoever knows one chain's blocks by heart."""

    name = "somebody who knows"

    def __init__(self, chain_id: int, blocks: dict[int, Hash32]) -> None:
        self._chain_id, self._blocks = chain_id, blocks

    def chain_id(self) -> int:
        return self._chain_id

    def block_hash(self, number: int) -> Hash32 | None:
        return self._blocks.get(number)


def witness_of(records: RealRecords) -> KnowingWitness:
    """The chain itself."""
    gateway = records.world.gateway
    numbers = range(gateway.head().number + 1)
    found = {number: block.hash for number in numbers if (block := gateway.block(number))}
    return KnowingWitness(gateway.contracts.chain_id, found)


def limits(made: Made, given: Given) -> set[Level]:
    return set(verify_bundle(made.content, given).limits)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_holds_as_far_as_somebody_vouches_and_the_second_verifier_agrees(
    records: RealRecords, kind: str
) -> None:
    made: Made = getattr(records, kind)
    always = {Level.LOCAL_CHAIN} if records.world.name == "embedded" else set()
    open_ends = {"sent": Level.UP_TO_THE_SIGNATURE, "brought": Level.UP_TO_THE_EARLIER_DATE}
    always |= {open_ends[kind]} if kind in open_ends else set()

    assert limits(made, Given()) == always | {Level.UP_TO_THE_BLOCK_HASH}
    assert limits(made, Given(block_hash=made.block_hash)) == always
    assert limits(made, Given(witness=witness_of(records))) == always
    for block_hash in (None, made.block_hash):
        ours = verify_bundle(made.content, Given(block_hash=block_hash)).level
        assert judge(made.content, str(block_hash) if block_hash else None) == str(ours)


def test_a_logged_record_on_a_public_chain_is_complete_and_every_step_says_what_it_leaves_open(
    records: RealRecords,
) -> None:
    made = records.logged
    given = Given(
        file=io.BytesIO(FILE),
        block_hash=made.block_hash,
        witness=witness_of(records),
        deployment=Hash32.parse(made.parts.deployment["manifest_id"]),
        log_key=LOG_KEY.verifier_key,
    )
    report = verify_bundle(made.content, given)

    assert [step.number for step in report.steps] == list(range(1, 22))
    assert all(step.not_proven for step in report.steps)
    unproven = {step.title for step in report.steps if step.result is not Result.PASSED}
    local = records.world.name == "embedded"
    assert unproven == {"Attachments"} | ({"Public chain"} if local else set())
    assert report.level is (Level.LOCAL_CHAIN if local else Level.COMPLETE)
    said = "\n".join(lines_of(report))
    assert ("local chain" in said) == local
    assert ("COMPLETE" in said) != local
    assert "not a finding of ownership" in said


def test_the_bundle_is_the_same_bytes_each_time_and_follows_its_schema(records: RealRecords) -> None:
    for kind in KINDS:
        made: Made = getattr(records, kind)
        schemas.check("evidence", made.document)
        assert made.content == encode_bundle(assemble(made.parts))
        assert made.document["kind"] == ("log" if kind in {"logged", "other"} else "title")


def test_a_redacted_record_still_holds_and_says_what_is_missing(records: RealRecords) -> None:
    made = records.logged
    redacted = replace(made, parts=replace(made.parts, metadata=None, fingerprint=None))
    report = verify_bundle(redacted.content, Given(block_hash=made.block_hash))
    assert report.holds
    missing = {step.title for step in report.steps if step.result is Result.NOT_CHECKED}
    assert {"Metadata", "Fingerprint", "File"} <= missing
    assert str(made.parts.statement.declaration.metadata_hash) in "\n".join(lines_of(report))


def test_a_contracts_signature_is_never_counted_as_checked(records: RealRecords) -> None:
    made = records.logged
    asked = replace(
        made.parts.statement,
        signature=b"whatever the contract likes",
        check=SignerCheck.CONTRACT,
        checked_at=BlockReference(3, Hash32(bytes(32))),
    )
    content = encode_bundle(assemble(replace(made.parts, statement=asked)))
    report = verify_bundle(content, Given(block_hash=made.block_hash))
    signature = next(step for step in report.steps if step.title == "Signature")
    assert signature.result is Result.NOT_CHECKABLE
    assert "checked by the registry at block 3" in signature.said
    assert "not checkable offline" in signature.said
    assert Level.UP_TO_THE_SIGNATURE in report.limits
    assert "COMPLETE" not in "\n".join(lines_of(report))
    assert judge(content, str(made.block_hash)) == str(report.level)


def test_an_earlier_date_is_the_contracts_word_and_the_blocks_time_is_told(records: RealRecords) -> None:
    made = records.brought
    report = verify_bundle(made.content, Given(block_hash=made.block_hash))
    date = next(step for step in report.steps if step.title == "Date")
    assert date.result is Result.NOT_CHECKABLE
    told = decode_header(made.parts.event.proof.header).time
    assert f"the block itself says {told:%Y-%m-%d %H:%M:%S} UTC" in date.said


def test_a_later_event_needs_the_witness_too(records: RealRecords) -> None:
    made, witness = records.logged, witness_of(records)
    later = made.parts.proven[0].place.proof
    anchored = {
        number: known
        for number in range(records.world.gateway.head().number + 1)
        if (known := witness.block_hash(number)) == made.block_hash
    }
    forgetful = KnowingWitness(witness.chain_id(), anchored)
    assert later.header != made.parts.event.proof.header
    failed = verify_bundle(made.content, Given(witness=forgetful)).first_failure
    assert failed is not None
    assert (failed.title, failed.code) == ("Later events", "block-not-vouched-for")


def test_a_later_event_in_a_block_that_nobody_vouches_for_is_not_counted_as_checked(
    records: RealRecords,
) -> None:
    made = records.logged
    later = decode_header(made.parts.proven[0].place.proof.header).hash
    alone = replace(made, parts=replace(made.parts, told=()))
    for given, result in (
        (Given(block_hash=made.block_hash), Result.NOT_CHECKED),
        (Given(witness=witness_of(records)), Result.PASSED),
    ):
        step = next(one for one in verify_bundle(alone.content, given).steps if one.title == "Later events")
        assert step.result is result
        assert ("nobody vouches" in step.said) == (result is Result.NOT_CHECKED)
    # Two events of one block have one hash.
    brought = replace(records.brought, parts=replace(records.brought.parts, proven=made.parts.proven))
    steps = verify_bundle(brought.content, Given(block_hash=later)).steps
    assert next(one for one in steps if one.title == "Later events").result is Result.PASSED


def test_what_does_not_belong_together_is_no_bundle(records: RealRecords) -> None:
    parts = records.logged.parts
    statement = parts.statement
    sent = SignedStatement(statement.declaration, None, None, SignerCheck.TRANSACTION)
    for changes in ({"statement": sent}, {"told": parts.told * (MAX_LATER + 1)}):
        with pytest.raises(InvalidValueError):
            replace(parts, **changes)
    for broken in (
        {"signature": None},
        {"signature": b"\0" * 64},
        {"deadline": 0},
        {"check": SignerCheck.CONTRACT},
        {"checked_at": BlockReference(1, Hash32(bytes(32)))},
    ):
        with pytest.raises(InvalidValueError):
            replace(statement, **broken)
    for size in (0, MAX_ATTACHMENT_BYTES + 1):
        with pytest.raises(InvalidValueError):
            Attachment(Token.RFC3161, bytes(size))
    with pytest.raises(InvalidDocumentError):
        assemble(replace(parts, deployment={**parts.deployment, "surprise": 1}))
    with pytest.raises(InvalidDocumentError):
        assemble(replace(parts, metadata={"price": 0.5}))
    with pytest.raises(EvidenceTooLargeError):
        encode_bundle(assemble(replace(parts, metadata={"text": "x" * MAX_BUNDLE_BYTES})))


def test_a_bundle_that_was_only_resealed_is_the_same_file(records: RealRecords) -> None:
    assert resealed(records.titled.document) == records.titled.content
