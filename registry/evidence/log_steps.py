"""Steps over a logged record: from the statement's digest to the root that was anchored."""

from __future__ import annotations

from registry.evidence.case import Case, Step
from registry.evidence.parts import LogPart
from registry.evidence.verdicts import Finding, RefusedError, Result, Verdict
from registry.log import SignedNote, leaf_hash, open_checkpoint, verify_inclusion
from registry.model import Hash32


def _leaf(case: Case) -> Finding:
    if _log(case) is None or case.digest is None:
        return _not_logged()
    found = Hash32(leaf_hash(case.digest))
    told = case.document["log"]["leaf_hash"]
    if told != str(found):
        raise RefusedError(Verdict.WRONG_LEAF, f"the leaf's hash is {found}, not {told}")
    return Finding(Result.PASSED, f"the statement's digest is a leaf with the hash {told}")


def _inclusion(case: Case) -> Finding:
    log = _log(case)
    if log is None:
        return _not_logged()
    told = log.inclusion
    leaf = Hash32.parse(case.document["log"]["leaf_hash"])
    verify_inclusion(leaf, told.leaf_index, told.size, told.proof, told.root)
    said = f"leaf {told.leaf_index} of the tree of {told.size} leaves with the root {told.root}"
    return Finding(Result.PASSED, said)


def _checkpoint(case: Case) -> Finding:
    log = _log(case)
    if log is None:
        return _not_logged()
    known = case.given.log_key
    if known is not None and known != log.key:
        raise RefusedError(Verdict.WRONG_LOG_KEY, f"the log's key is {log.key}, not {known}")
    checkpoint = open_checkpoint(SignedNote.parse(log.checkpoint), log.key)
    if (checkpoint.size, checkpoint.root) != (log.inclusion.size, log.inclusion.root):
        raise RefusedError(Verdict.WRONG_CHECKPOINT, "the checkpoint is of another tree")
    whose = "the key that you know the log by" if known else "the key that the bundle names"
    return Finding(Result.PASSED, f"signed for the log {checkpoint.origin} by {whose}: {log.key}")


def _log(case: Case) -> LogPart | None:
    return case.parts.log


def _not_logged() -> Finding:
    return Finding(Result.NOT_CHECKED, "the record was made on chain directly, not in a log")


LOG_STEPS = (
    Step("Leaf", _leaf, "that the leaf is in any log"),
    Step("Inclusion", _inclusion, "when the log had this root"),
    Step("Checkpoint", _checkpoint, "that the log showed everybody the same tree, or whose key it is"),
)
