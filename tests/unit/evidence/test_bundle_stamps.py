"""Time stamps in bundles: what they date with somebody's word, what they leave open without, what fails."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.evidence import (
    Attachment,
    BlockReference,
    Given,
    Level,
    Result,
    SignerCheck,
    StepReport,
    Token,
    assemble,
    encode_bundle,
    lines_of,
    verify_bundle,
)
from registry.evidence.timestamps import (
    BitcoinHeader,
    checkpoint_stamp,
    declaration_stamp,
    statement_stamp,
)
from registry.log import SignedNote
from registry.model import Hash32
from registry.statements import digest, work_id
from tests.unit.evidence.attachments import proofs_of, token_of
from tests.unit.evidence.authority import Authority, authority, elliptic, signer
from tests.unit.evidence.bundles import Made, RealRecords, code_of, put, resealed
from tests.unit.evidence.published_proofs import HELLO_WORLD
from tests.unit.evidence.second_verifier import judge

SUBJECTS: dict[str, Callable[[Made], Hash32]] = {
    "the file": lambda made: made.parts.statement.declaration.content_hash,
    "the declaration": lambda made: declaration_stamp(work_id(made.parts.statement.declaration)),
    "the signed statement": lambda made: statement_stamp(signed_digest(made), signature(made)),
    "the checkpoint": lambda made: checkpoint_stamp(checkpoint(made)),
}


def signed_digest(made: Made) -> Hash32:
    registration = made.parts.statement.registration
    assert registration
    return digest(registration, made.parts.domain)


def signature(made: Made) -> bytes:
    assert made.parts.statement.signature
    return made.parts.statement.signature


def checkpoint(made: Made) -> str:
    assert made.parts.log
    return SignedNote.parse(made.parts.log.checkpoint).text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), elliptic())


def attached(made: Made, *attachments: Attachment) -> bytes:
    return encode_bundle(assemble(replace(made.parts, attachments=attachments)))


def stamps_in(content: bytes, given: Given) -> StepReport:
    last = verify_bundle(content, given).steps[-1]
    assert last.title == "Attachments"
    return last


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_token_under_a_known_root_dates_each_of_the_four_digests(
    records: RealRecords, house: Authority, subject: str
) -> None:
    made = records.logged
    content = attached(made, token_of(house, SUBJECTS[subject](made)))
    given = Given(block_hash=made.block_hash, roots=house.roots)

    found = stamps_in(content, given)

    assert found.result is Result.PASSED
    assert found.said.startswith(f"0 (rfc3161): {subject} existed at ")
    assert "for whom CN=Root vouches" in found.said
    level = verify_bundle(content, given).level
    assert level is verify_bundle(made.content, given).level
    assert judge(content, str(made.block_hash), roots=house.root.pem) == str(level)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_proof_to_a_known_block_dates_each_of_the_four_digests(records: RealRecords, subject: str) -> None:
    made = records.logged
    _, complete, height, header = proofs_of(SUBJECTS[subject](made))
    content = attached(made, complete)
    given = Given(block_hash=made.block_hash, bitcoin_headers={height: BitcoinHeader(header)})

    found = stamps_in(content, given)

    assert found.result is Result.PASSED
    assert found.said.startswith(
        f"0 (opentimestamps): {subject} existed when Bitcoin block {height} was made"
    )
    level = verify_bundle(content, given).level
    assert level is verify_bundle(made.content, given).level
    assert judge(content, str(made.block_hash), headers={height: header}) == str(level)


def test_time_stamps_for_which_nobody_vouches_date_nothing_and_change_no_level(
    records: RealRecords, house: Authority
) -> None:
    made, given = records.titled, Given(block_hash=records.titled.block_hash)
    stamped = SUBJECTS["the signed statement"](made)
    waiting, complete, height, header = proofs_of(stamped)
    bare = verify_bundle(made.content, given)
    for attachment, said in (
        (token_of(house, stamped), "by a certificate nobody vouches for"),
        (complete, f"names Bitcoin block {height}, for which nobody vouches"),
        (waiting, "http://calendar.example promised to have it stamped"),
    ):
        content = attached(made, attachment)
        found = stamps_in(content, given)
        assert (found.result, found.limit) == (Result.NOT_CHECKED, Level.COMPLETE)
        assert said in found.said
        report = verify_bundle(content, given)
        assert report.limits == bare.limits
        assert any(line.startswith("Not checked: ") and "Attachments" in line for line in lines_of(report))
        assert judge(content, str(made.block_hash)) == str(report.level)
    both = attached(made, token_of(house, stamped), complete)
    one_known = Given(bitcoin_headers={height: BitcoinHeader(header)})
    assert stamps_in(both, one_known).result is Result.NOT_CHECKED
    assert stamps_in(both, replace(one_known, roots=house.roots)).result is Result.PASSED


def test_a_time_stamp_of_something_else_fails_the_bundle(records: RealRecords, house: Authority) -> None:
    made, other = records.titled, records.logged
    subjects = {name: of(other) for name, of in SUBJECTS.items() if name != "the file"}
    for stamped in (*subjects.values(), Hash32(bytes(32))):
        token, proof = token_of(house, stamped), proofs_of(stamped)[1]
        for content in (attached(made, token), attached(made, proof)):
            for given in (Given(), Given(roots=house.roots)):
                assert code_of(content, given) == "evidence-mismatch"
            assert judge(content) == "failed"
    published = attached(made, Attachment(Token.OPENTIMESTAMPS, HELLO_WORLD))
    assert code_of(published) == "evidence-mismatch"
    assert judge(published) == "failed"


def test_one_that_fails_is_not_outweighed_by_others_and_is_named(
    records: RealRecords, house: Authority
) -> None:
    made = records.titled
    good, bad = token_of(house, SUBJECTS["the file"](made)), Attachment(Token.OPENTIMESTAMPS, b"proof")
    content = attached(made, good, bad, good)
    report = verify_bundle(content, Given(roots=house.roots))
    assert report.level is Level.FAILED
    assert report.first_failure == report.steps[-1]
    assert report.steps[-1].code == "malformed-evidence"
    assert report.steps[-1].said.startswith("attachment 1 (opentimestamps): ")
    assert judge(content) == "failed"


def test_a_token_of_somebody_else_and_a_proof_to_another_block_fail(
    records: RealRecords, house: Authority
) -> None:
    made = records.titled
    stamped = SUBJECTS["the declaration"](made)
    token, (_, proof, height, _) = token_of(house, stamped), proofs_of(stamped)
    stranger = signer("Root", elliptic())
    another = proofs_of(Hash32(bytes(32)))[3]
    assert code_of(attached(made, token), Given(roots=(stranger.trusted,))) == "unfit-certificate"
    assert judge(attached(made, token), roots=stranger.pem) == "failed"
    wrong = Given(bitcoin_headers={height: BitcoinHeader(another)})
    assert code_of(attached(made, proof), wrong) == "evidence-mismatch"
    assert judge(attached(made, proof), headers={height: another}) == "failed"


def test_a_changed_byte_of_a_time_stamp_fails_though_the_checksum_is_made_anew(
    records: RealRecords, house: Authority
) -> None:
    made = records.titled
    stamped = SUBJECTS["the signed statement"](made)
    _, proof, height, header = proofs_of(stamped)
    given = Given(roots=house.roots, bitcoin_headers={height: BitcoinHeader(header)})
    for attachment, step in ((token_of(house, stamped), 43), (proof, 11)):
        document = assemble(replace(made.parts, attachments=(attachment,)))
        for place in range(0, len(attachment.content), step):
            changed = bytearray(attachment.content)
            changed[place] ^= 1 << place % 8
            path = ("attachments", 0, "content")
            assert code_of(resealed(put(document, path, b64encode(changed).decode())), given), place
        assert code_of(resealed(document), given) is None


def test_a_token_called_a_proof_is_none(records: RealRecords, house: Authority) -> None:
    made = records.titled
    stamped = SUBJECTS["the file"](made)
    for attachment, other in (
        (token_of(house, stamped), Token.OPENTIMESTAMPS),
        (proofs_of(stamped)[1], Token.RFC3161),
    ):
        content = attached(made, replace(attachment, type=other))
        assert code_of(content) == "malformed-evidence"
        assert judge(content) == "failed"


def test_a_record_that_nobody_signed_is_dated_by_its_declaration_alone(
    records: RealRecords, house: Authority
) -> None:
    made = records.sent
    declaration = SUBJECTS["the declaration"](made)
    given = Given(roots=house.roots)
    assert stamps_in(attached(made, token_of(house, declaration)), given).result is Result.PASSED
    unsigned = statement_stamp(Hash32(bytes(32)), b"")
    assert code_of(attached(made, token_of(house, unsigned)), given) == "evidence-mismatch"


def test_an_empty_signature_that_a_contract_took_is_a_signature(
    records: RealRecords, house: Authority
) -> None:
    made, asked = records.titled, BlockReference(3, Hash32(bytes(32)))
    statement = made.parts.statement
    empty = replace(statement, signature=b"", check=SignerCheck.CONTRACT, checked_at=asked)
    taken = replace(made, parts=replace(made.parts, statement=empty))
    content = attached(taken, token_of(house, statement_stamp(signed_digest(made), b"")))
    assert stamps_in(content, Given(roots=house.roots)).result is Result.PASSED
    assert judge(content, roots=house.root.pem) == str(verify_bundle(content).level)


def test_a_time_stamp_that_was_taken_out_is_not_missed(records: RealRecords, house: Authority) -> None:
    made = records.titled
    document = assemble(replace(made.parts, attachments=(token_of(house, SUBJECTS["the file"](made)),)))
    assert resealed({**document, "attachments": []}) == made.content
    assert code_of(made.content, Given(roots=house.roots)) is None
