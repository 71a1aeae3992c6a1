"""Steps over what came after: the record's later events, and time stamps by others."""

from __future__ import annotations

from eth_utils.crypto import keccak

from registry.errors import EventNotFoundError
from registry.evidence.case import Case, Step
from registry.evidence.events import log_at
from registry.evidence.headers import BlockHeader
from registry.evidence.parts import ProvenEvent
from registry.evidence.proofs import verify_receipt
from registry.evidence.receipts import ReceiptLog
from registry.evidence.timestamps import check_timestamp
from registry.evidence.verdicts import Finding, RefusedError, Result, Verdict
from registry.model import Hash32

_WORD = 32  # bytes of a value in the ABI's encoding


def _later(case: Case) -> Finding:
    told = len(case.parts.told)
    vouched = [_prove(case, number, event) for number, event in enumerate(case.parts.proven)]
    counts = {
        "proven, in blocks that are vouched for": vouched.count(True),
        "in blocks that nobody vouches for": vouched.count(False),
        "told without a proof": told,
    }
    said = "; ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not said:
        return Finding(Result.NOT_CHECKED, "the bundle tells of no later event")
    return Finding(Result.PASSED if vouched and all(vouched) else Result.NOT_CHECKED, said)


def _prove(case: Case, number: int, event: ProvenEvent) -> bool:
    """Check one event's proof; whether anybody vouches for its block."""
    block_hash = Hash32.parse(case.document["later"]["proven"][number]["event"]["block_hash"])
    proven = verify_receipt(event.place.proof, block_hash)
    log = log_at(proven.receipt, event.place.position)
    if log.address != case.parts.address_of(event.contract):
        raise EventNotFoundError(event.signature, f"told by {log.address}, not by the {event.contract}")
    if log.topics[:1] != (Hash32(keccak(text=event.signature)),):
        raise EventNotFoundError(event.signature, "the log is of another event")
    if case.work_id not in _words(log):
        raise RefusedError(Verdict.WRONG_EVENT, f"{event.signature} is not about this work")
    return _is_vouched(case, proven.header)


def _is_vouched(case: Case, header: BlockHeader) -> bool:
    witness = case.given.witness
    if witness is None:
        return header.hash == case.given.block_hash
    if witness.block_hash(header.number) != header.hash:
        said = f"block {header.number} of a later event is not {header.hash} to {witness.name}"
        raise RefusedError(Verdict.BLOCK_NOT_VOUCHED_FOR, said)
    return True


def _words(log: ReceiptLog) -> set[bytes]:
    words = {log.data[at : at + _WORD] for at in range(0, len(log.data), _WORD)}
    return words | {bytes(topic) for topic in log.topics[1:]}


def _attachments(case: Case) -> Finding:
    if not case.parts.attachments:
        return Finding(Result.NOT_CHECKED, "the bundle has none")
    stamps, trust = case.stamps, case.given.trust
    reports = [check_timestamp(one.type, one.content, stamps, trust) for one in case.parts.attachments]
    for number, report in enumerate(reports):
        if report.result is Result.FAILED:
            said = f"attachment {number} ({report.kind}): {report.said}"
            raise RefusedError(report.verdict, said)
    # As of a block for which nobody vouches: what a person may still vouch for is not checked yet.
    dated = all(report.result is Result.PASSED for report in reports)
    said = "; ".join(f"{number} ({report.kind}): {report.said}" for number, report in enumerate(reports))
    return Finding(Result.PASSED if dated else Result.NOT_CHECKED, said)


LATER_STEPS = (
    Step("Later events", _later, "that there were no others: a bundle tells what its maker put in"),
    Step(
        "Attachments",
        _attachments,
        "that an authority's clock was right, that its key was its own and not revoked, or that a block is "
        "one of Bitcoin's chain; nor who made the work",
    ),
)
