"""What the contracts refuse beside bad values: too early, too late, by somebody else, not any more."""

from __future__ import annotations

from datetime import datetime

from registry.errors.base import RegistryError


class TooEarlyError(RegistryError):
    """It can be done later."""

    code = "too-early"

    def __init__(self, what: str, possible_at: datetime | None) -> None:
        when = "" if possible_at is None else f", from {possible_at:%Y-%m-%d %H:%M:%S} UTC on"
        super().__init__(f"{what}{when}", what=what, possible_at=possible_at)


class TooLateError(RegistryError):
    """It could have been done earlier."""

    code = "too-late"

    def __init__(self, what: str, possible_until: datetime | None) -> None:
        when = "" if possible_until is None else f" on {possible_until:%Y-%m-%d %H:%M:%S} UTC"
        super().__init__(f"{what}{when}", what=what, possible_until=possible_until)


class TitleFrozenError(RegistryError):
    """A dispute keeps the title where it is."""

    code = "title-frozen"

    def __init__(self, work_id: str, frozen_until: datetime) -> None:
        super().__init__(
            f"a dispute keeps the title of {work_id} where it is until {frozen_until:%Y-%m-%d %H:%M:%S} UTC",
            work_id=work_id,
            frozen_until=frozen_until,
        )


class NotAllowedError(RegistryError):
    """Only somebody else may do this."""

    code = "not-allowed"

    def __init__(self, who: str, account: str | None, sender: str) -> None:
        named = "nobody is" if account is None else f"that is {account}"
        super().__init__(
            f"only {who} may do this: {named}, not {sender}", who=who, account=account, sender=sender
        )


class NotPossibleError(RegistryError):
    """Things stand so that this cannot be done (any more)."""

    code = "not-possible"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


class InvalidProofError(RegistryError):
    """A proof of inclusion does not lead to an anchored root."""

    code = "invalid-proof"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the proof of inclusion does not hold: {problem}", problem=problem)
