"""Timestamps by others that may come with evidence: RFC 3161 tokens and OpenTimestamps proofs."""

from registry.evidence.timestamps.bitcoin import BitcoinHeader
from registry.evidence.timestamps.certificates import AuthorityCertificate, read_roots
from registry.evidence.timestamps.opentimestamps import (
    NONCE_BYTES,
    VerifiedProof,
    begin,
    continued,
    pruned,
    verify_proof,
)
from registry.evidence.timestamps.proofs import (
    BitcoinAttestation,
    PendingAttestation,
    Proof,
    ProofPath,
    UnknownAttestation,
    decode_paths,
    decode_proof,
)
from registry.evidence.timestamps.reports import (
    TimestampReport,
    TimestampVerdict,
    Trust,
    check_timestamp,
)
from registry.evidence.timestamps.rfc3161 import TimestampRequest, VerifiedToken, normal_form, verify_token
from registry.evidence.timestamps.stamped import (
    CHECKPOINT,
    DECLARATION,
    STATEMENT,
    checkpoint_stamp,
    declaration_stamp,
    stamps_of,
    statement_stamp,
)

__all__ = [
    "CHECKPOINT",
    "DECLARATION",
    "NONCE_BYTES",
    "STATEMENT",
    "AuthorityCertificate",
    "BitcoinAttestation",
    "BitcoinHeader",
    "PendingAttestation",
    "Proof",
    "ProofPath",
    "TimestampReport",
    "TimestampRequest",
    "TimestampVerdict",
    "Trust",
    "UnknownAttestation",
    "VerifiedProof",
    "VerifiedToken",
    "begin",
    "check_timestamp",
    "checkpoint_stamp",
    "continued",
    "declaration_stamp",
    "decode_paths",
    "decode_proof",
    "normal_form",
    "pruned",
    "read_roots",
    "stamps_of",
    "statement_stamp",
    "verify_proof",
    "verify_token",
]
