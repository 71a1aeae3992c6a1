"""That a receipt is in a block: made from what a node tells, checked from bytes alone.

What it proves: the block with this hash, mined by whoever, commits to this receipt at this index. What it
does not prove: that the block is on the chain that people mean (somebody has to vouch for its hash), and
which transaction the receipt is of (the receipt does not say).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from registry.errors import EvidenceMismatchError, EvidenceTooLargeError, MalformedEvidenceError
from registry.evidence import told
from registry.evidence.headers import BlockHeader, decode_header, header_of
from registry.evidence.patricia import index_key, prove_value
from registry.evidence.receipts import BlockReceipt, decode_receipt, receipt_of
from registry.evidence.tries import Trie
from registry.model import Hash32

MAX_RECEIPTS = 1 << 16  # a transaction costs 21,000 gas at least: over a billion in one block
_UINT64_MAX = 2**64 - 1


@dataclass(frozen=True, slots=True)
class ReceiptProof:
    """A block's header and a receipt in it, as consensus encodes them; the nodes between, root first.

    `index` is the transaction's place in the block, from 0.

    Raises:
        MalformedEvidenceError: The index is no unsigned 64-bit integer.
    """

    header: bytes
    index: int
    nodes: tuple[bytes, ...]
    receipt: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.index <= _UINT64_MAX:
            raise MalformedEvidenceError("transaction index", "is no unsigned 64-bit integer")


@dataclass(frozen=True, slots=True)
class ProvenReceipt:
    """What a proof proves: this receipt is in the block of this header."""

    header: BlockHeader
    receipt: BlockReceipt


def verify_receipt(proof: ReceiptProof, block_hash: Hash32) -> ProvenReceipt:
    """Check that the block of this hash holds the receipt, in steps: header, way through the trie, receipt.

    Raises:
        MalformedEvidenceError: A part is not of its form.
        EvidenceTooLargeError: A part is larger than any honest one.
        EvidenceMismatchError: The header is another block's, or the receipt is not the one in the trie.
        InvalidTrieProofError: The nodes do not lead to a receipt at that index.
        UnsupportedHeaderError: The header is of no known fork.
        UnsupportedReceiptError: The receipt is of no known kind.
    """
    # 1. The header is the one that was vouched for.
    header = decode_header(proof.header)
    if header.hash != block_hash:
        raise EvidenceMismatchError("block hash", str(block_hash), str(header.hash))

    # 2. The block commits to these bytes at this index.
    committed = prove_value(header.receipts_root, index_key(proof.index), proof.nodes)
    if committed != proof.receipt:
        raise EvidenceMismatchError("receipt", _keccak_of(committed), _keccak_of(proof.receipt))

    # 3. The bytes are a receipt of a kind that is known.
    return ProvenReceipt(header, decode_receipt(committed))


def receipts_trie(receipts: Sequence[Mapping[str, Any]]) -> Trie:
    """The trie of all receipts of a block, in order, as JSON-RPC tells them; its root is the receiptsRoot.

    Raises:
        MalformedEvidenceError: One is not of its form, or not in its place.
        EvidenceTooLargeError: There are more than a block can have.
        UnsupportedReceiptError: One is of a kind that is not known here.
    """
    if len(receipts) > MAX_RECEIPTS:
        raise EvidenceTooLargeError("block", len(receipts), MAX_RECEIPTS, "receipts")
    for place, receipt in enumerate(receipts):
        index = told.field(receipt, "transactionIndex", "receipt")
        if told.quantity(index, "transactionIndex", "receipt") != place:
            raise MalformedEvidenceError("receipt", f"transactionIndex {index} stands at {place}")
    return Trie({index_key(place): receipt_of(one).encode() for place, one in enumerate(receipts)})


def prove_receipt(
    block: Mapping[str, Any], receipts: Sequence[Mapping[str, Any]], index: int
) -> ReceiptProof:
    """Prove the receipt at an index of a block that JSON-RPC tells with all its receipts, and verify it.

    Raises:
        EvidenceMismatchError: The header does not make its hash, or the receipts not its receiptsRoot.
        MalformedEvidenceError: Something is absent or of another form, or there is no receipt at that index.
        EvidenceTooLargeError: The receipt is larger than a proof may carry.
        UnsupportedHeaderError, UnsupportedReceiptError: The header or any receipt is of no known kind.
    """
    header = header_of(block)
    trie = receipts_trie(receipts)
    if trie.root != header.receipts_root:
        raise EvidenceMismatchError("receiptsRoot", str(header.receipts_root), str(trie.root))
    if not 0 <= index < len(receipts):
        raise MalformedEvidenceError("transaction index", f"there is no {index} of {len(receipts)}")
    receipt = receipt_of(receipts[index]).encode()
    proof = ReceiptProof(header.encoded, index, trie.prove(index_key(index)), receipt)
    verify_receipt(proof, header.hash)
    return proof


def _keccak_of(encoded: bytes) -> str:
    return str(Hash32(keccak(encoded)))
