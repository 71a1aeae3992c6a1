"""Evidence that does not hold: each failure is a verdict with a name, and none of them is ever a pass."""

from __future__ import annotations

from registry.errors.base import RegistryError


class EvidenceError(RegistryError):
    """A part of the evidence does not hold; what is raised is always one of the kinds below."""


class MalformedEvidenceError(EvidenceError):
    """A part is not of the form that its specification gives it."""

    code = "malformed-evidence"

    def __init__(self, part: str, problem: str) -> None:
        super().__init__(f"{part}: {problem}", part=part, problem=problem)


class EvidenceTooLargeError(EvidenceError):
    """A part is larger than any honest one; it was refused before it was read."""

    code = "evidence-too-large"

    def __init__(self, part: str, size: int, limit: int, unit: str) -> None:
        super().__init__(
            f"{part}: {size} {unit}, at most {limit} are read", part=part, size=size, limit=limit, unit=unit
        )


class EvidenceMismatchError(EvidenceError):
    """A hash that a part commits to, or that is told of it, is not the hash that was found."""

    code = "evidence-mismatch"

    def __init__(self, part: str, expected: str, found: str, problem: str = "") -> None:
        told = f" ({problem})" if problem else ""
        super().__init__(
            f"{part}: expected {expected}, found {found}{told}",
            part=part,
            expected=expected,
            found=found,
            problem=problem,
        )


class InvalidTrieProofError(EvidenceError):
    """The nodes do not lead from the root to a value under that key."""

    code = "invalid-trie-proof"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the way through the trie does not hold: {problem}", problem=problem)


class UnsupportedReceiptError(EvidenceError):
    """A receipt of a kind that is not known here: neither proven nor refuted."""

    code = "unsupported-receipt"

    def __init__(self, form: str) -> None:
        super().__init__(f"receipts of this kind are not supported: {form}", form=form)


class UnsupportedHeaderError(EvidenceError):
    """A block header with the fields of no fork that is known here: neither proven nor refuted."""

    code = "unsupported-header"

    def __init__(self, fields: int) -> None:
        super().__init__(f"no known fork has block headers of {fields} fields", fields=fields)


class EvidenceNotReadyError(EvidenceError):
    """The chain does not show the record yet, or not for good: there is nothing to prove it with."""

    code = "evidence-not-ready"

    def __init__(self, work_id: str, state: str, problem: str) -> None:
        super().__init__(
            f"there is no evidence of work {work_id}: {problem}",
            work_id=work_id,
            state=state,
            problem=problem,
        )


class BrokenEvidenceError(EvidenceError):
    """What was put together does not verify: it was not handed out; the registry or its node is broken."""

    code = "broken-evidence"

    def __init__(self, work_id: str, step: str, problem: str) -> None:
        super().__init__(
            f"the evidence of work {work_id} fails at {step}: {problem}",
            work_id=work_id,
            step=step,
            problem=problem,
        )


class EventNotFoundError(EvidenceError):
    """The event is not where it should be in the receipt."""

    code = "event-not-found"

    def __init__(self, event: str, problem: str) -> None:
        super().__init__(f"{event}: {problem}", event=event, problem=problem)
