"""Steps over what was declared: the documents behind the hashes, the file, the statement, its signature."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from registry.canonical import canonical_hash
from registry.evidence.bundle import checksum
from registry.evidence.case import Case, Step
from registry.evidence.parts import SignerCheck
from registry.evidence.verdicts import Finding, Level, RefusedError, Result, Verdict
from registry.model import Hash32
from registry.statements import recover

_CHUNK = 1 << 20  # bytes of a file that are held at once


def _checksum(case: Case) -> Finding:
    _same(Verdict.WRONG_CHECKSUM, "the checksum", case.document["checksum"], checksum(case.document))
    return _passed("the bundle is as it was written")


def _metadata(case: Case) -> Finding:
    return _hashed(
        case.parts.metadata,
        case.parts.statement.declaration.metadata_hash,
        Verdict.WRONG_METADATA,
        "the metadata, redacted or not handed over,",
    )


def _fingerprint(case: Case) -> Finding:
    record, declaration = case.parts.fingerprint, case.parts.statement.declaration
    found = _hashed(record, declaration.fingerprint_hash, Verdict.WRONG_FINGERPRINT, "the fingerprint record")
    if record is not None and record.get("content_hash") != str(declaration.content_hash):
        raise RefusedError(Verdict.WRONG_FINGERPRINT, "the fingerprint record is of another file")
    return found


def _file(case: Case) -> Finding:
    declared = case.parts.statement.declaration.content_hash
    if case.given.file is None:
        return Finding(Result.NOT_CHECKED, f"no file was given; the declared one has SHA-256 {declared}")
    found = hashlib.sha256()
    while chunk := case.given.file.read(_CHUNK):
        found.update(chunk)
    _same(Verdict.WRONG_FILE, "the file's SHA-256", str(declared), Hash32(found.digest()))
    return _passed(f"the file's SHA-256 is the declared {declared}")


def _digest(case: Case) -> Finding:
    found, told = case.digest, case.document["statement"]["digest"]
    if found is None:
        if told is not None:
            raise RefusedError(Verdict.WRONG_DIGEST, "a digest is told where no signature is")
        return Finding(Result.NOT_CHECKED, "the bundle has no signature, and so no deadline that was signed")
    _same(Verdict.WRONG_DIGEST, "the digest", told, found)
    return _passed(f"the statement's EIP-712 digest is {told}")


def _work_id(case: Case) -> Finding:
    told = case.document["work_id"]
    _same(Verdict.WRONG_WORK_ID, "the work id", told, case.work_id)
    return _passed(f"the declaration's hash is the work id {told}")


def _signature(case: Case) -> Finding:
    statement = case.parts.statement
    signed, claimant = case.digest, statement.declaration.claimant
    if statement.check is SignerCheck.TRANSACTION or signed is None:
        said = (
            f"none here: the contract records a declaration only if its claimant {claimant} sent or signed it"
        )
        return Finding(Result.NOT_CHECKABLE, said, Level.UP_TO_THE_SIGNATURE)
    if statement.check is SignerCheck.CONTRACT and statement.checked_at is not None:
        at = statement.checked_at
        said = f"checked by the registry at block {at.number} ({at.hash}), not checkable offline"
        return Finding(Result.NOT_CHECKABLE, said, Level.UP_TO_THE_SIGNATURE)
    signer = recover(signed, statement.signature or b"")
    if signer != claimant:
        raise RefusedError(Verdict.WRONG_SIGNATURE, f"signed by {signer or 'nobody'}, not by {claimant}")
    return _passed(f"the key of {claimant} signed the statement")


def _hashed(document: Mapping[str, Any] | None, declared: Hash32, verdict: Verdict, what: str) -> Finding:
    if document is None:
        return Finding(Result.NOT_CHECKED, f"{what} is not in the bundle; its declared hash is {declared}")
    _same(verdict, "the document's hash", str(declared), Hash32(canonical_hash(document)))
    return _passed(f"the document's hash is the declared {declared}")


def _same(verdict: Verdict, what: str, told: str, found: Hash32) -> None:
    if told != str(found):
        raise RefusedError(verdict, f"{what} is {found}, not {told}")


def _passed(said: str) -> Finding:
    return Finding(Result.PASSED, said)


RECORD_STEPS = (
    Step("Checksum", _checksum, "who wrote the bundle: anybody can compute a checksum"),
    Step("Metadata", _metadata, "that what the claimant says of the work is true"),
    Step("Fingerprint", _fingerprint, "that the fingerprint was computed from the declared file"),
    Step("File", _file, "who made the file, or who holds rights in it"),
    Step("Statement digest", _digest, "that anybody signed it"),
    Step("Work id", _work_id, "that the declared work exists, or whose it is"),
    Step("Signature", _signature, "who holds that account, or that its key was never stolen"),
)
