"""Amounts, durations and strangers' text as people read and write them. Integers only: no money in floats."""

from __future__ import annotations

import re

from registry.errors import InvalidValueError

WEI_PER = {"wei": 1, "gwei": 10**9, "eth": 10**18, "ether": 10**18}
SECONDS_PER = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_AMOUNT = re.compile(r"(\d{1,60}(?:\.\d{1,18})?)\s*(wei|gwei|ether|eth)?", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(r"(\d{1,18})\s*([smhdwy])", re.ASCII)
_READABLE_FROM_WEI = 10**12  # below a millionth of an ether the zeros are harder to read than the wei
_SHORTENED = 8
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?\s*%?", re.ASCII)
MAX_BPS = 10_000


def parse_wei(text: str) -> int:
    """`0.01eth`, `5gwei`, `1000wei` or `0` as wei.

    Raises:
        InvalidValueError: Another form, a fraction of a wei, or a number without its unit.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise InvalidValueError("price", f"{text!r} is not an amount like 0.01eth or 1000wei")
    whole, _, fraction = found[1].partition(".")
    digits, unit = int(whole + fraction), (found[2] or "").lower()
    if digits and not unit:
        raise InvalidValueError("price", f"{text!r} has no unit: say {text}eth or {text}wei")
    scale: int = 10 ** len(fraction)
    wei, rest = divmod(digits * WEI_PER[unit or "wei"], scale)
    if rest:
        raise InvalidValueError("price", f"{text!r} is not a whole number of wei")
    return wei


def format_wei(wei: int) -> str:
    """An amount of wei as the shortest exact text with its unit."""
    if wei < _READABLE_FROM_WEI:
        return f"{wei} wei"
    whole, rest = divmod(wei, WEI_PER["eth"])
    fraction = f"{rest:018d}".rstrip("0")
    return f"{whole}.{fraction} ETH" if fraction else f"{whole} ETH"


def wei_argument(wei: int) -> str:
    """An amount of wei as a command line takes it."""
    return format_wei(wei).replace(" ", "").lower()


def parse_percent(text: str) -> int:
    """`33.33`, `5` or `100 %` as hundredths of a percent.

    Raises:
        InvalidValueError: Another form, or more than a hundred.
    """
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise InvalidValueError("percentage", f"{text!r} is not a percentage like 5 or 33.33")
    bps = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if bps > MAX_BPS:
        raise InvalidValueError("percentage", f"{text!r} is more than a hundred")
    return bps


def parse_duration(text: str) -> int:
    """`365d`, `12h`, `90m`, `2w`, `1y` (365 days) or `30s` as seconds.

    Raises:
        InvalidValueError: Another form, or zero.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise InvalidValueError("duration", f"{text!r} is not a duration like 365d or 12h")
    return int(found[1]) * SECONDS_PER[found[2]]


def format_duration(seconds: int) -> str:
    """Seconds in the largest unit that divides them."""
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")):
        count, rest = divmod(seconds, SECONDS_PER[unit])
        if not rest:
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError(seconds)


def printable(text: str) -> str:
    """Text from elsewhere, with what could steer a terminal or hide in a line made visible."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


def short(identifier: str) -> str:
    """The first digits of an id or address, enough to tell a few apart by eye."""
    return f"{identifier[: 2 + _SHORTENED]}…" if len(identifier) > 2 + _SHORTENED else identifier
