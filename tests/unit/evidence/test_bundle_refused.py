"""What the worst person would send: each alteration, its checksum made anew, has its own verdict."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rlp
from eth_utils.crypto import keccak

from registry.canonical import canonical_hash
from registry.evidence import Given, Level, assemble, encode_bundle, verify_bundle
from registry.log import Checkpoint, SigningKey
from registry.model import Hash32
from tests.chain.worlds import new_account, sign_digest
from tests.unit.evidence.bundles import FILE, LOG_KEY, RealRecords, at, code_of, put, resealed
from tests.unit.evidence.second_verifier import judge

OTHER_KEY = SigningKey("log.example", b"\x08" * 32)
ZERO = "0x" + "00" * 32

Alteration = Callable[[dict[str, Any], RealRecords], dict[str, Any]]


def at_path(*path: str | int, value: object) -> Alteration:
    return lambda document, _: put(document, path, value)


def without_last(*path: str | int) -> Alteration:
    return lambda document, _: put(document, path, at(document, path)[:-1])


def with_one_more(*path: str | int, value: object) -> Alteration:
    return lambda document, _: put(document, path, [*at(document, path), value])


def from_other(*path: str | int) -> Alteration:
    return lambda document, records: put(document, path, at(records.other.document, path))


def from_title(*path: str | int) -> Alteration:
    return lambda document, records: put(document, path, at(records.titled.document, path))


def signed_by_somebody_else(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    signature = sign_digest(new_account(), Hash32.parse(document["statement"]["digest"]))
    return put(document, ("statement", "signature"), f"0x{signature.hex()}")


def with_a_malleable_signature(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    """The twin that every signature has: the same key, a high s (EIP-2)."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    made = bytes.fromhex(document["statement"]["signature"][2:])
    high = (order - int.from_bytes(made[32:64], "big")).to_bytes(32, "big")
    return put(document, ("statement", "signature"), f"0x{(made[:32] + high + bytes([55 - made[64]])).hex()}")


def note_of(document: dict[str, Any], key: SigningKey, *, size: int = 0, origin: str = "log.example") -> str:
    told = document["log"]
    checkpoint = Checkpoint(origin, size or int(told["size"]), Hash32.parse(told["root"]))
    signers = [key] if origin == key.name else [SigningKey(origin, b"\x09" * 32), key]
    return checkpoint.sign(signers).encode().decode()


def checkpoint_by_another_key(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    return put(document, ("log", "checkpoint"), note_of(document, OTHER_KEY))


def checkpoint_of_another_size(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    return put(document, ("log", "checkpoint"), note_of(document, LOG_KEY, size=99))


def checkpoint_of_another_log(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    return put(document, ("log", "checkpoint"), note_of(document, LOG_KEY, origin="other.example"))


def bound_to_another_chain(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    """As it would be on Ethereum itself, with a manifest that says so."""
    return with_manifest(document | {"proof_level": "public"}, chain_id=1)


def at_another_contract(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    contracts = document["deployment"]["contracts"]
    other = contracts | {"CheckpointLog": contracts["RoyaltyVault"]}
    return with_manifest(document, contracts=other)


def of_younger_contracts(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    return with_manifest(document, deployed_at_block=10**6)


def with_manifest(document: dict[str, Any], **changes: object) -> dict[str, Any]:
    content = document["deployment"] | changes
    del content["manifest_id"]
    return document | {"deployment": content | {"manifest_id": str(Hash32(canonical_hash(content)))}}


def with_receipt_type(kind: int) -> Alteration:
    def alter(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
        receipt = bytes([kind]) + bytes.fromhex(document["event"]["receipt"][4:])
        return in_a_block_of_its_own(document, receipt)

    return alter


def with_a_state_root(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    fields = rlp.decode(bytes.fromhex(document["event"]["receipt"][4:]))
    return in_a_block_of_its_own(document, rlp.encode([b"\x01" * 32, *fields[1:]]))


def in_a_block_of_its_own(document: dict[str, Any], receipt: bytes) -> dict[str, Any]:
    """A whole block made up around a receipt: everything about it is right, but nobody ever saw it."""
    node = rlp.encode([b"\x20\x80", receipt])
    fields = rlp.decode(bytes.fromhex(document["event"]["header"][2:]))
    fields[5] = keccak(node)
    header = rlp.encode(fields)
    event = document["event"] | {
        "header": f"0x{header.hex()}",
        "block_hash": f"0x{keccak(header).hex()}",
        "receipt": f"0x{receipt.hex()}",
        "proof": [f"0x{node.hex()}"],
        "transaction_index": 0,
    }
    return document | {"event": event}


def with_an_older_header(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    fields = rlp.decode(bytes.fromhex(document["event"]["header"][2:]))
    fields[11] = (1_500_000_000).to_bytes(4, "big")
    return put(document, ("event", "header"), f"0x{rlp.encode(fields).hex()}")


def with_a_header_of_more_fields(document: dict[str, Any], _: RealRecords) -> dict[str, Any]:
    fields = rlp.decode(bytes.fromhex(document["event"]["header"][2:]))
    return put(document, ("event", "header"), f"0x{rlp.encode([*fields, b'']).hex()}")


REFUSALS: dict[str, tuple[Alteration, str]] = {
    "no such field": (lambda document, _: document | {"surprise": 1}, "invalid-document"),
    "another format": (at_path("format", value="colophon.evidence/2"), "invalid-document"),
    "an empty log": (at_path("log", value={}), "invalid-document"),
    "a log that is not there": (at_path("log", value=None), "invalid-value"),
    "another kind": (at_path("kind", value="title"), "invalid-value"),
    "a number for a text": (at_path("work_id", value=1), "invalid-document"),
    "a truth for a number": (at_path("event", "position", value=True), "invalid-document"),
    "a hash with a newline": (at_path("work_id", value=ZERO + "\n"), "wrong-work-id"),
    "a root with a newline": (at_path("log", "root", value=ZERO + "\n"), "invalid-value"),
    "a size with zeros in front": (at_path("log", "size", value="07"), "invalid-document"),
    "a size in other digits": (
        at_path("log", "size", value="\N{ARABIC-INDIC DIGIT SEVEN}"),
        "invalid-document",
    ),
    "a size over 2^64": (at_path("log", "size", value="9" * 20), "invalid-value"),
    "an index that is no leaf's": (at_path("log", "leaf_index", value="7"), "invalid-value"),
    "an address in capitals": (
        lambda document, _: put(
            document, ("log", "account"), "0x" + document["log"]["account"][2:].upper().replace("X", "x")
        ),
        "invalid-value",
    ),
    "a key of another id": (
        at_path("log", "key", value=str(OTHER_KEY.verifier_key).replace("+", "+0", 1)[:-1]),
        "malformed-log-data",
    ),
    "a deadline of nothing": (at_path("statement", "deadline", value=None), "invalid-value"),
    "a block of no contract": (at_path("statement", "signer", "block_number", value=1), "invalid-value"),
    "other metadata": (at_path("metadata", "title", value="Mine"), "wrong-metadata"),
    "another salt": (at_path("metadata", "salt", value=ZERO), "wrong-metadata"),
    "metadata of another": (from_other("metadata"), "wrong-metadata"),
    "a fingerprint of another file": (
        at_path("fingerprint", "content_hash", value=ZERO),
        "wrong-fingerprint",
    ),
    "another digest": (from_other("statement", "digest"), "wrong-digest"),
    "a longer deadline": (at_path("statement", "deadline", value="99999999999"), "wrong-digest"),
    "another work id": (from_other("work_id"), "wrong-work-id"),
    "another claimant": (from_other("statement", "declaration", "claimant"), "wrong-digest"),
    "another's signature": (from_other("statement", "signature"), "wrong-signature"),
    "somebody's signature": (signed_by_somebody_else, "wrong-signature"),
    "the signature's twin": (with_a_malleable_signature, "wrong-signature"),
    "another statement": (from_other("statement"), "wrong-metadata"),
    "another leaf": (from_other("log", "leaf_hash"), "wrong-leaf"),
    "another's place": (from_other("log"), "wrong-leaf"),
    "the proof of another index": (from_other("log", "leaf_index"), "wrong-root"),
    "an index of another depth": (at_path("log", "leaf_index", value="6"), "wrong-proof-length"),
    "another's proof": (from_other("log", "inclusion"), "wrong-root"),
    "a truncated proof": (without_last("log", "inclusion"), "wrong-proof-length"),
    "a longer proof": (with_one_more("log", "inclusion", value=ZERO), "wrong-proof-length"),
    "an oversized proof": (at_path("log", "inclusion", value=[ZERO] * 65), "invalid-document"),
    "another root": (at_path("log", "root", value=ZERO), "wrong-root"),
    "another size": (at_path("log", "size", value="8"), "wrong-checkpoint"),
    "another account": (from_title("statement", "declaration", "claimant"), "wrong-digest"),
    "a checkpoint by another key": (checkpoint_by_another_key, "unverified-note"),
    "a checkpoint of another size": (checkpoint_of_another_size, "wrong-checkpoint"),
    "a checkpoint of another log": (checkpoint_of_another_log, "unverified-note"),
    "no checkpoint": (at_path("log", "checkpoint", value="none"), "malformed-log-data"),
    "another key": (at_path("log", "key", value=str(OTHER_KEY.verifier_key)), "unverified-note"),
    "another manifest id": (at_path("deployment", "manifest_id", value=ZERO), "wrong-deployment"),
    "another deployment": (at_path("deployment", "deployed_at_block", value=0), "wrong-deployment"),
    "another chain": (bound_to_another_chain, "wrong-digest"),
    "a better chain": (at_path("proof_level", value="public"), "wrong-proof-level"),
    "another contract": (at_another_contract, "event-not-found"),
    "younger contracts": (of_younger_contracts, "wrong-block"),
    "another position": (at_path("event", "position", value=1), "event-not-found"),
    "a title's event": (from_title("event"), "event-not-found"),
    "a receipt of type 5": (with_receipt_type(5), "unsupported-receipt"),
    "a receipt of type 126": (with_receipt_type(0x7E), "unsupported-receipt"),
    "a receipt before Byzantium": (with_a_state_root, "unsupported-receipt"),
    "an empty receipt": (at_path("event", "receipt", value="0x"), "malformed-evidence"),
    "another receipt": (from_title("event", "receipt"), "event-not-found"),
    "another index": (at_path("event", "transaction_index", value=1), "invalid-trie-proof"),
    "a truncated way": (without_last("event", "proof"), "invalid-document"),
    "a longer way": (with_one_more("event", "proof", value="0x80"), "invalid-trie-proof"),
    "an oversized way": (at_path("event", "proof", value=["0x80"] * 8), "invalid-document"),
    "another header": (from_title("event", "header"), "invalid-trie-proof"),
    "an older header": (with_an_older_header, "wrong-block"),
    "a header of the future": (with_a_header_of_more_fields, "unsupported-header"),
    "another block": (at_path("event", "block_hash", value=ZERO), "wrong-block"),
    "a later event elsewhere": (
        at_path("later", "proven", 0, "contract", value="LicenseLedger"),
        "event-not-found",
    ),
    "a later event of another name": (
        at_path("later", "proven", 0, "signature", value="Locked(uint256)"),
        "event-not-found",
    ),
    "a later event of another work": (
        lambda document, records: put(
            document, ("later", "proven", 0, "event"), records.titled.document["event"] | {"position": 0}
        ),
        "wrong-event",
    ),
    "a later event of another block": (
        at_path("later", "proven", 0, "event", "block_hash", value=ZERO),
        "evidence-mismatch",
    ),
    "an attachment of nothing": (
        at_path("attachments", value=[{"type": "rfc3161", "content": "===="}]),
        "invalid-value",
    ),
    "an attachment in two spellings": (
        at_path("attachments", value=[{"type": "rfc3161", "content": "QR=="}]),
        "invalid-value",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_alteration_is_refused_by_its_name_and_by_the_second_verifier(
    records: RealRecords, name: str
) -> None:
    alter, code = REFUSALS[name]
    content = resealed(alter(records.logged.document, records))
    assert code_of(content) == code
    assert judge(content) == "failed"


def test_a_checksum_of_its_own_does_not_help(records: RealRecords) -> None:
    made = records.logged
    assert code_of(made.content.replace(b"One", b"Two")) == "wrong-checksum"


def test_a_title_is_of_its_own_declaration_and_date(records: RealRecords) -> None:
    titled, sent = records.titled.document, records.sent.document
    assert code_of(resealed(put(titled, ("event",), sent["event"]))) == "wrong-event"
    assert code_of(resealed(put(titled, ("log",), records.logged.document["log"]))) == "invalid-value"
    assert code_of(resealed(put(sent, ("statement", "digest"), ZERO))) == "wrong-digest"
    late = replace(records.brought.parts.statement, deadline=1)
    content = encode_bundle(assemble(replace(records.brought.parts, statement=late)))
    codes = {step.code for step in verify_bundle(content).steps}
    assert {"wrong-signature", "too-late"} <= codes


def test_a_block_that_was_made_up_is_found_by_whoever_vouches(records: RealRecords) -> None:
    made = records.logged
    receipt = bytes.fromhex(made.document["event"]["receipt"][2:])
    content = resealed(in_a_block_of_its_own(made.document, receipt))
    # Everything in it hangs together: whose word the block hash is decides.
    assert Level.UP_TO_THE_BLOCK_HASH in verify_bundle(content).limits
    forged = Hash32.parse(in_a_block_of_its_own(made.document, receipt)["event"]["block_hash"])
    assert (forged == made.block_hash) == (content == made.content)
    other = Hash32(bytes(32))
    for vouched in {made.block_hash, other} - {forged}:
        assert code_of(content, Given(block_hash=vouched)) == "block-not-vouched-for"
        assert judge(content, str(vouched)) == "failed"


def test_another_file_deployment_or_log_key_than_the_persons_is_refused(records: RealRecords) -> None:
    content = records.logged.content
    assert code_of(content, Given(file=io.BytesIO(FILE + b"."))) == "wrong-file"
    assert judge(content, None, FILE + b".") == "failed"
    assert code_of(content, Given(deployment=Hash32(bytes(32)))) == "wrong-deployment"
    assert code_of(content, Given(log_key=OTHER_KEY.verifier_key)) == "wrong-log-key"


def test_a_bundle_of_another_chain_is_refused_by_who_knows_the_chain(records: RealRecords) -> None:
    class OtherChain:
        name = "somebody elsewhere"

        def chain_id(self) -> int:
            return 5

        def block_hash(self, number: int) -> Hash32 | None:
            return None if number else Hash32(bytes(32))

    report = verify_bundle(records.logged.content, Given(witness=OtherChain()))
    codes = [step.code for step in report.steps if step.code]
    assert codes == ["wrong-chain", "block-not-vouched-for", "block-not-vouched-for"]
