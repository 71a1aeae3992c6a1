"""Evidence that outlives the registry: proofs from bytes alone, made and checked without any node."""

from registry.evidence.bundle import assemble, encode_bundle
from registry.evidence.case import Given, Witness
from registry.evidence.document import MAX_BYTES as MAX_BUNDLE_BYTES
from registry.evidence.events import (
    CheckpointAnchored,
    checkpoint_anchored_at,
    find_checkpoint_anchored,
    log_at,
)
from registry.evidence.headers import BlockHeader, decode_header, header_of
from registry.evidence.parts import (
    Attachment,
    BlockReference,
    BundleParts,
    Kind,
    LogPart,
    OnChain,
    ProvenEvent,
    SignedStatement,
    SignerCheck,
    Token,
    ToldEvent,
)
from registry.evidence.patricia import index_key, prove_value
from registry.evidence.printing import lines_of
from registry.evidence.proofs import (
    ProvenReceipt,
    ReceiptProof,
    prove_receipt,
    receipts_trie,
    verify_receipt,
)
from registry.evidence.receipts import BlockReceipt, ReceiptLog, decode_receipt, receipt_of
from registry.evidence.registered import WorkRegistered, work_registered_at
from registry.evidence.tries import Trie
from registry.evidence.verdicts import Level, Report, Result, StepReport, Verdict
from registry.evidence.verify import verify_bundle

__all__ = [
    "MAX_BUNDLE_BYTES",
    "Attachment",
    "BlockHeader",
    "BlockReceipt",
    "BlockReference",
    "BundleParts",
    "CheckpointAnchored",
    "Given",
    "Kind",
    "Level",
    "LogPart",
    "OnChain",
    "ProvenEvent",
    "ProvenReceipt",
    "ReceiptLog",
    "ReceiptProof",
    "Report",
    "Result",
    "SignedStatement",
    "SignerCheck",
    "StepReport",
    "Token",
    "ToldEvent",
    "Trie",
    "Verdict",
    "Witness",
    "WorkRegistered",
    "assemble",
    "checkpoint_anchored_at",
    "decode_header",
    "decode_receipt",
    "encode_bundle",
    "find_checkpoint_anchored",
    "header_of",
    "index_key",
    "lines_of",
    "log_at",
    "prove_receipt",
    "prove_value",
    "receipt_of",
    "receipts_trie",
    "verify_bundle",
    "verify_receipt",
    "work_registered_at",
]
