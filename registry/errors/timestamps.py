"""Timestamp tokens of others (RFC 3161, OpenTimestamps) that do not hold, or that nobody here can judge."""

from __future__ import annotations

from registry.errors.evidence import EvidenceError


class TimestampRefusedError(EvidenceError):
    """The authority answered, and gave no token."""

    code = "timestamp-refused"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(
            f"the authority gives no timestamp: status {status}{f' ({reason})' if reason else ''}",
            status=status,
            reason=reason,
        )


class WeakHashError(EvidenceError):
    """A hash function whose collisions can be made: what it names may have been exchanged."""

    code = "weak-hash"

    def __init__(self, part: str, algorithm: str) -> None:
        super().__init__(
            f"{part}: {algorithm} can be made to collide and proves nothing here",
            part=part,
            algorithm=algorithm,
        )


class UnsupportedTimestampError(EvidenceError):
    """An algorithm, an operation or a form that is not known here: neither proven nor refuted."""

    code = "unsupported-timestamp"

    def __init__(self, part: str, form: str) -> None:
        super().__init__(f"{part}: {form} is not supported", part=part, form=form)


class InvalidTimestampError(EvidenceError):
    """The token's signature is not one over its content."""

    code = "invalid-timestamp"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the timestamp does not hold: {problem}", problem=problem)


class UnfitCertificateError(EvidenceError):
    """The certificate may not sign timestamps, not at that time, or no way leads from it to a given root."""

    code = "unfit-certificate"

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(f"certificate of {subject}: {problem}", subject=subject, problem=problem)
