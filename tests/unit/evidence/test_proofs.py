"""That a receipt is in a block: on real chains, and against whoever changes anything."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import rlp
from eth_utils.crypto import keccak

from registry.errors import (
    EventNotFoundError,
    EvidenceError,
    EvidenceMismatchError,
    EvidenceTooLargeError,
    InvalidTrieProofError,
    MalformedEvidenceError,
    UnsupportedReceiptError,
)
from registry.evidence import (
    ReceiptProof,
    checkpoint_anchored_at,
    find_checkpoint_anchored,
    header_of,
    prove_receipt,
    receipt_of,
    receipts_trie,
    verify_receipt,
)
from registry.evidence.proofs import MAX_RECEIPTS
from registry.model import Hash32
from tests.unit.evidence.real_blocks import BLOB_SIZE, ROOT, RealBlock
from tests.unit.evidence.reference_trie import reference

ANCHOR = 2  # an index where either block has an anchor of a typed transaction


def test_the_header_told_makes_the_blocks_hash(real: RealBlock) -> None:
    header = header_of(real.block)
    assert str(header.hash) == real.block["hash"]
    assert len(rlp.decode(header.encoded)) == 21
    assert header.timestamp == int(real.block["timestamp"], 16)


def test_the_rebuilt_root_is_the_headers_and_that_of_an_independent_implementation(real: RealBlock) -> None:
    receipts = enumerate(map(receipt_of, real.receipts))
    theirs = reference({rlp.encode(index): one.encode() for index, one in receipts})
    assert str(receipts_trie(real.receipts).root) == real.block["receiptsRoot"]
    assert "0x" + theirs.root_hash.hex() == real.block["receiptsRoot"]


def test_every_receipt_of_the_block_is_proven(real: RealBlock) -> None:
    trie = receipts_trie(real.receipts)
    header = header_of(real.block)
    for index, one in enumerate(real.receipts):
        proof = ReceiptProof(header.encoded, index, trie.prove(rlp.encode(index)), receipt_of(one).encode())
        proven = verify_receipt(proof, header.hash)
        assert proven.header == header
        assert proven.receipt.type == int(one["type"], 16)
        assert proven.receipt.succeeded == (one["status"] == "0x1")


@pytest.mark.parametrize("kind", [0, 1, 2, 4])
def test_an_anchor_in_a_transaction_of_any_type_is_found_in_its_proven_receipt(
    real: RealBlock, kind: int
) -> None:
    proof, block_hash = real.prove(real.index_of(kind))

    proven = verify_receipt(proof, block_hash)

    found = checkpoint_anchored_at(proven.receipt, 0, real.contract)
    assert (found.log, found.root) == (real.log, ROOT)
    assert find_checkpoint_anchored(proven.receipt, real.contract, real.log, ROOT, found.size) == (0, found)


def test_an_anchor_in_a_blob_transaction_is_proven_where_the_chain_takes_them(real: RealBlock) -> None:
    blobs = [index for index, one in enumerate(real.receipts) if one["type"] == "0x3"]
    assert len(blobs) == real.takes_blobs
    for index in blobs:
        proven = verify_receipt(*real.prove(index))
        assert checkpoint_anchored_at(proven.receipt, 0, real.contract).size == BLOB_SIZE


def test_an_anchor_that_failed_proves_nothing(real: RealBlock) -> None:
    proof, block_hash = real.prove(real.index_of(2, succeeded=False))
    proven = verify_receipt(proof, block_hash)
    assert not proven.receipt.succeeded
    with pytest.raises(EventNotFoundError):
        find_checkpoint_anchored(proven.receipt, real.contract, real.log, ROOT, 5)


def test_every_changed_byte_is_refused(real: RealBlock) -> None:
    proof, block_hash = real.prove(real.index_of(2))
    parts = [proof.header, proof.receipt, *proof.nodes]
    for number, part in enumerate(parts):
        for place in range(len(part)):
            changed = [*parts]
            changed[number] = part[:place] + bytes([part[place] ^ 1 << place % 8]) + part[place + 1 :]
            header, receipt, *nodes = changed
            with pytest.raises(EvidenceError):
                verify_receipt(ReceiptProof(header, proof.index, tuple(nodes), receipt), block_hash)
    for place in range(Hash32.SIZE):
        other = Hash32(block_hash[:place] + bytes([block_hash[place] ^ 0x80]) + block_hash[place + 1 :])
        with pytest.raises(EvidenceMismatchError):
            verify_receipt(proof, other)


@pytest.mark.parametrize("index", [0, 1, 3, 127, 128, 134, 200, 2**64 - 1])
def test_a_proof_is_of_its_own_index_only(real: RealBlock, index: int) -> None:
    proof, block_hash = real.prove(ANCHOR)
    with pytest.raises((InvalidTrieProofError, EvidenceTooLargeError)):
        verify_receipt(dataclasses.replace(proof, index=index), block_hash)


@pytest.mark.parametrize("index", [-1, 2**64])
def test_an_index_is_an_unsigned_integer(index: int) -> None:
    with pytest.raises(MalformedEvidenceError):
        ReceiptProof(b"", index, (), b"")


def test_a_receipt_that_is_not_the_one_in_the_trie_is_refused(real: RealBlock) -> None:
    proof, block_hash = real.prove(ANCHOR)
    other, _ = real.prove(real.index_of(4))
    with pytest.raises(EvidenceMismatchError, match="receipt"):
        verify_receipt(dataclasses.replace(proof, receipt=other.receipt), block_hash)


def test_a_proof_from_another_block_is_refused(real: RealBlock) -> None:
    proof, block_hash = real.prove(ANCHOR)
    fields = rlp.decode(proof.header)
    fields[11] = bytes([fields[11][0] ^ 1]) + fields[11][1:]  # the same receipts, at another time
    header = rlp.encode(fields)
    with pytest.raises(EvidenceMismatchError, match="block hash"):
        verify_receipt(dataclasses.replace(proof, header=header), block_hash)
    # Whoever vouches for the other block vouches for its time: that is all the trust there is.
    moved = verify_receipt(dataclasses.replace(proof, header=header), Hash32(keccak(header)))
    assert moved.receipt == verify_receipt(proof, block_hash).receipt


@pytest.mark.parametrize("kind", [0x05, 0x7E])
def test_a_receipt_of_an_unknown_type_in_the_trie_is_unsupported_and_never_a_pass(
    real: RealBlock, kind: int
) -> None:
    value = bytes([kind]) + real.prove(ANCHOR)[0].receipt[1:]
    node = rlp.encode([b"\x20\x80", value])
    fields = rlp.decode(header_of(real.block).encoded)
    fields[5] = keccak(node)
    header = rlp.encode(fields)
    with pytest.raises(UnsupportedReceiptError):
        verify_receipt(ReceiptProof(header, 0, (node,), value), Hash32(keccak(header)))


def test_receipts_that_are_not_all_there_make_no_proof(real: RealBlock) -> None:
    with pytest.raises(EvidenceMismatchError, match="receiptsRoot"):
        prove_receipt(real.block, real.receipts[:-1], ANCHOR)
    with pytest.raises(MalformedEvidenceError, match="stands at"):
        prove_receipt(real.block, real.receipts[1:], ANCHOR)
    with pytest.raises(MalformedEvidenceError, match="stands at"):
        prove_receipt(real.block, real.receipts[::-1], ANCHOR)
    with pytest.raises(EvidenceTooLargeError):
        receipts_trie([{}] * (MAX_RECEIPTS + 1))
    for index in (-1, len(real.receipts)):
        with pytest.raises(MalformedEvidenceError, match="transaction index"):
            prove_receipt(real.block, real.receipts, index)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "0x3"},
        {"status": "0x0", "logs": []},
        {"cumulativeGasUsed": "0x1"},
        {"logsBloom": "0x" + "00" * 256},
        {"logs": []},
    ],
)
def test_a_receipt_told_otherwise_does_not_make_the_root(real: RealBlock, changes: dict[str, Any]) -> None:
    told = [*real.receipts]
    told[ANCHOR] = {**told[ANCHOR], **changes}
    with pytest.raises(EvidenceMismatchError, match="receiptsRoot"):
        prove_receipt(real.block, told, ANCHOR)


def test_what_the_receipt_does_not_commit_to_is_not_believed_and_not_needed(real: RealBlock) -> None:
    needed = {"type", "status", "cumulativeGasUsed", "logsBloom", "logs", "transactionIndex"}
    told = [{name: value for name, value in one.items() if name in needed} for one in real.receipts]
    assert prove_receipt(real.block, told, ANCHOR) == real.prove(ANCHOR)[0]
