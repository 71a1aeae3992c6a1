"""Statements that the registry carries: waited for until they are on chain, or cannot get there."""

from __future__ import annotations

from collections.abc import Callable

from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.client import Answer

_PENDING, _RECORDED = "pending", "recorded"


def until_carried(caller: Caller, look: Callable[[], Answer | None], later: str) -> Answer | None:
    """The statement once it is recorded; None if it is still on its way, or nobody waits.

    Raises:
        CommandError: The chain refused it, or its deadline passed.
    """
    if not caller.wait:
        return None

    def settled() -> Answer | None:
        told = look()
        return None if told is None or told.text("state") == _PENDING else told

    with caller.terminal.waiting("waiting for the chain"):
        told = caller.session.poll(settled, later)
    if told is not None and told.text("state") != _RECORDED:
        problem = told.optional_text("problem") or told.text("state")
        raise CommandError("not-carried", f"what was signed could not be recorded: {problem}")
    return told
