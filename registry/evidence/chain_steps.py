"""Steps over the chain: deployment, event, receipt, header, whose word the block is, its date."""

from __future__ import annotations

from registry.canonical import canonical_hash
from registry.evidence.case import Case, Step
from registry.evidence.events import checkpoint_anchored_at
from registry.evidence.parts import CHECKPOINT_LOG, WORK_REGISTRY, LogPart
from registry.evidence.patricia import index_key, prove_value
from registry.evidence.registered import WorkRegistered, work_registered_at
from registry.evidence.verdicts import Finding, Level, RefusedError, Result, Verdict
from registry.model import Hash32, ProofLevel, from_unix
from registry.model.networks import proof_level_of
from registry.statements import LAST_PRINTABLE_SECOND


def _deployment(case: Case) -> Finding:
    manifest, known = case.parts.deployment, case.given.deployment
    told = manifest["manifest_id"]
    content = {name: value for name, value in manifest.items() if name != "manifest_id"}
    found = str(Hash32(canonical_hash(content, "deployment")))
    if found != told:
        raise RefusedError(Verdict.WRONG_DEPLOYMENT, f"the manifest's id is {found}, not {told}")
    if known is not None and str(known) != told:
        raise RefusedError(Verdict.WRONG_DEPLOYMENT, f"the contracts are of deployment {told}, not {known}")
    whose = "that you know the registry by" if known else "that the bundle names"
    return Finding(Result.PASSED, f"the contracts are those of the deployment {whose}: {told}")


def _chain(case: Case) -> Finding:
    chain_id, told, known = case.parts.chain_id, case.parts.proof_level, proof_level_of(case.parts.chain_id)
    if told is not known:
        said = f"chain {chain_id} is {known} as far as is known here, not {told}"
        raise RefusedError(Verdict.WRONG_PROOF_LEVEL, said)
    witness = case.given.witness
    if witness is None:
        return Finding(Result.PASSED, f"all is bound to chain {chain_id} ({told})")
    if witness.chain_id() != chain_id:
        said = f"the bundle is of chain {chain_id}, {witness.name} knows chain {witness.chain_id()}"
        raise RefusedError(Verdict.WRONG_CHAIN, said)
    return Finding(Result.PASSED, f"all is bound to chain {chain_id} ({told}), which {witness.name} knows")


def _event(case: Case) -> Finding:
    if case.parts.log:
        return _anchored(case, case.parts.log)
    contract = case.parts.address_of(WORK_REGISTRY)
    _registered(case)
    return Finding(Result.PASSED, f"the WorkRegistry {contract} told of this very declaration")


def _anchored(case: Case, log: LogPart) -> Finding:
    contract = case.parts.address_of(CHECKPOINT_LOG)
    found = checkpoint_anchored_at(case.receipt, case.parts.event.position, contract)
    told = log.inclusion
    if (found.log, found.root, found.size) != (told.log, told.root, told.size):
        said = f"the event tells of {found.size} leaves, root {found.root}, log {found.log}"
        raise RefusedError(Verdict.WRONG_EVENT, said)
    said = f"the CheckpointLog {contract} told that {told.log} anchored this root of {told.size} leaves"
    return Finding(Result.PASSED, said)


def _registered(case: Case) -> WorkRegistered:
    """The record that the event tells, held against the declaration."""
    contract = case.parts.address_of(WORK_REGISTRY)
    found = work_registered_at(case.receipt, case.parts.event.position, contract)
    declaration = case.parts.statement.declaration
    if (found.work_id, found.declaration) != (case.work_id, declaration):
        raise RefusedError(
            Verdict.WRONG_EVENT, f"the event tells of work {found.work_id}, declared otherwise"
        )
    return found


def _receipt(case: Case) -> Finding:
    proof = case.parts.event.proof
    if prove_value(case.header.receipts_root, index_key(proof.index), proof.nodes) != proof.receipt:
        raise RefusedError(Verdict.WRONG_RECEIPT, "another receipt is at that index of the block")
    return Finding(Result.PASSED, f"the block's header commits to the receipt, at index {proof.index}")


def _header(case: Case) -> Finding:
    header, told = case.header, case.document["event"]["block_hash"]
    if str(header.hash) != told:
        raise RefusedError(Verdict.WRONG_BLOCK, f"the header's hash is {header.hash}, not {told}")
    first = case.parts.deployment["deployed_at_block"]
    if header.number < first:
        said = f"block {header.number} is older than the contracts, of block {first}"
        raise RefusedError(Verdict.WRONG_BLOCK, said)
    return Finding(Result.PASSED, f"the header is of block {header.number}, {told}")


def _vouched(case: Case) -> Finding:
    header, given = case.header, case.given
    vouched: list[tuple[str, Hash32 | None]] = []
    if given.block_hash is not None:
        vouched.append(("you", given.block_hash))
    if given.witness is not None:
        vouched.append((given.witness.name, given.witness.block_hash(header.number)))
    for who, found in vouched:
        if found != header.hash:
            said = f"block {header.number} is {found or 'unknown'} to {who}, not {header.hash}"
            raise RefusedError(Verdict.BLOCK_NOT_VOUCHED_FOR, said)
    if not vouched:
        said = f"nobody vouches that block {header.number} of chain {case.parts.chain_id} is {header.hash}"
        return Finding(Result.NOT_CHECKED, said, Level.UP_TO_THE_BLOCK_HASH)
    names = " and ".join(who for who, _ in vouched)
    return Finding(Result.PASSED, f"block {header.number} with this hash is vouched for by {names}")


def _date(case: Case) -> Finding:
    """The block's time, within the deadline; a contract may have recorded an earlier one than its block's."""
    block_time, deadline = case.header.timestamp, case.parts.statement.deadline
    dated = block_time if case.parts.log else _registered(case).effective_date
    if dated > block_time:
        raise RefusedError(Verdict.WRONG_EVENT, "the recorded date is later than its block")
    if deadline is not None and deadline < dated:
        raise RefusedError(Verdict.TOO_LATE, f"dated {_moment(dated)}, signed until {_moment(deadline)}")
    if dated == block_time:
        within = "" if deadline is None else f", and the statement counts until {_moment(deadline)}"
        return Finding(Result.PASSED, f"the block says {_moment(dated)}{within}")
    said = (
        f"the contract recorded {_moment(dated)} from an earlier commitment or log, which is not in the "
        f"bundle; the block itself says {_moment(block_time)}"
    )
    return Finding(Result.NOT_CHECKABLE, said, Level.UP_TO_THE_EARLIER_DATE)


def _publicity(case: Case) -> Finding:
    level = proof_level_of(case.parts.chain_id)
    if level is ProofLevel.LOCAL:
        said = f"local chain {case.parts.chain_id}: date not independently proven"
        return Finding(Result.NOT_CHECKABLE, said, Level.LOCAL_CHAIN)
    return Finding(Result.PASSED, f"chain {case.parts.chain_id} is kept by many ({level})")


def _moment(seconds: int) -> str:
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%Y-%m-%d %H:%M:%S} UTC"


CHAIN_STEPS = (
    Step("Deployment", _deployment, "that these contracts are on the chain, with the code that is named"),
    Step("Chain", _chain, "that the block is of this chain: a header does not say which it is of"),
    Step("Event", _event, "which transaction told it: a receipt does not name its transaction"),
    Step("Receipt", _receipt, "that the block is of any chain"),
    Step("Header", _header, "that anybody but the bundle's author ever saw this block"),
    Step("Block hash", _vouched, "that whoever vouches is right, or that the block is final"),
    Step("Date", _date, "that the work did not exist earlier, or that the block's maker set the right time"),
    Step("Public chain", _publicity, "that its makers did not agree to rewrite it"),
)
