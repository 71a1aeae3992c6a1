"""Declarations that cannot be recorded, and records that cannot be read."""

from __future__ import annotations

from datetime import datetime

from registry.errors.base import RegistryError


class InvalidSignatureError(RegistryError):
    """The signature is not the named signer's over this statement on this chain and contract."""

    code = "invalid-signature"

    def __init__(self, expected: str, recovered: str | None = None) -> None:
        detail = f", but by {recovered}" if recovered else ""
        super().__init__(
            f"the statement is not signed by {expected}{detail}", expected=expected, recovered=recovered
        )


class DeadlineExpiredError(RegistryError):
    """The statement's deadline has passed."""

    code = "deadline-expired"

    def __init__(self, deadline: datetime) -> None:
        super().__init__(f"the deadline {deadline:%Y-%m-%d %H:%M:%S} UTC has passed", deadline=deadline)


class AlreadyRegisteredError(RegistryError):
    """The claimant has already declared these bytes."""

    code = "already-registered"

    def __init__(self, work_id: str, registered_at: datetime) -> None:
        super().__init__(
            f"work {work_id} was registered at {registered_at:%Y-%m-%d %H:%M} UTC",
            work_id=work_id,
            registered_at=registered_at,
        )


class UnansweredMatchesError(RegistryError):
    """The similarity report has matches that the claimant has not answered."""

    code = "unanswered-matches"

    def __init__(self, work_ids: list[str]) -> None:
        super().__init__(f"{len(work_ids)} similar works are unanswered", work_ids=work_ids)


class InvalidAnswerError(RegistryError):
    """An answer does not fit the match it answers."""

    code = "invalid-answer"

    def __init__(self, work_id: str, problem: str) -> None:
        super().__init__(f"answer for {work_id}: {problem}", work_id=work_id, problem=problem)


class DraftNotReadyError(RegistryError):
    """The draft's matches have not been answered, so there is nothing signed to record."""

    code = "draft-not-ready"

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"draft {draft_id} has no answers yet", draft_id=draft_id)


class DraftRecordedError(RegistryError):
    """A record was made of the draft; it cannot be answered again."""

    code = "draft-recorded"

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"draft {draft_id} has been recorded; make a new draft", draft_id=draft_id)


class UnsupportedWayError(RegistryError):
    """This registry does not take that way in (`via`)."""

    code = "unsupported-way"

    def __init__(self, via: str, supported: list[str]) -> None:
        super().__init__(f"via {via!r} is not one of {', '.join(supported)}", via=via, supported=supported)


class NotFoundError(RegistryError):
    """Nothing of that id is visible to the caller."""

    code = "not-found"

    def __init__(self, what: str, identifier: str) -> None:
        super().__init__(f"there is no {what} {identifier}", what=what, identifier=identifier)


class RedactedError(RegistryError):
    """What was asked for was erased, as the holder of the title or the claimant demanded."""

    code = "redacted"

    def __init__(self, work_id: str, redacted_at: datetime) -> None:
        super().__init__(
            f"what was said of work {work_id} was erased on {redacted_at:%Y-%m-%d %H:%M} UTC, as its holder "
            "asked",
            work_id=work_id,
            redacted_at=redacted_at,
        )


class OtherFileError(RegistryError):
    """The file is not the one that was declared."""

    code = "other-file"

    def __init__(self, work_id: str, declared: str, found: str) -> None:
        super().__init__(
            f"work {work_id} was declared of a file with the hash {declared}, this one has {found}",
            work_id=work_id,
            declared=declared,
            found=found,
        )


class InvalidCursorError(RegistryError):
    """The cursor was not made by this list."""

    code = "invalid-cursor"

    def __init__(self) -> None:
        super().__init__("the cursor was not made by this list")
