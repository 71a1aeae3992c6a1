"""Events of the contracts in words, for whoever caused them: ids in full, to be copied from the screen."""

from __future__ import annotations

from registry.cli.plain import format_duration, format_wei
from registry.client import Answer, UnexpectedAnswerError
from registry.errors import InvalidValueError
from registry.model import ZERO_ADDRESS, Address, from_unix
from registry.statements import LAST_PRINTABLE_SECOND, Voice, event_reading


def in_words(event: Answer) -> str:
    """What happened, in one clause; nothing where another event tells it better.

    An event of a newer contract is told by its own name.

    Raises:
        UnexpectedAnswerError: Its facts are not those of such an event.
    """
    name = event.text("name")
    try:
        return event_reading(event.text("contract"), name, event.inner("facts"), _VOICE)
    except InvalidValueError as problem:
        raise UnexpectedAnswerError(f"{event.name}.facts of {name}", problem.message) from problem


def moment(seconds: int) -> str:
    """A chain time for a reader."""
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%Y-%m-%dT%H:%M:%SZ}"


def amount(units: int, currency: Address) -> str:
    """A sum in its currency."""
    return format_wei(units) if currency == ZERO_ADDRESS else f"{units} units of {currency}"


_VOICE = Voice(str, moment, amount, format_duration, names_works=True)
