"""A report as a person reads it: every step, its result, what it does not prove; then how far all holds."""

from __future__ import annotations

from collections.abc import Iterator

from registry.evidence.verdicts import Level, Report, Result

_CLOSING = {
    Level.COMPLETE: "COMPLETE: every step that this record has holds.",
    Level.UP_TO_THE_EARLIER_DATE: (
        "HOLDS, BUT FOR THE EARLIER DATE: proven as of the block; the earlier date is the contract's word."
    ),
    Level.UP_TO_THE_SIGNATURE: (
        "HOLDS, BUT FOR THE SIGNATURE: that the claimant agreed cannot be checked from this file."
    ),
    Level.UP_TO_THE_BLOCK_HASH: (
        "HOLDS UP TO THE BLOCK HASH: nobody vouches for it yet. Look the block up on the chain and give its "
        "hash, or name a node that you trust."
    ),
    Level.LOCAL_CHAIN: (
        "LOCAL CHAIN: date not independently proven. Whoever runs such a chain sets its dates."
    ),
}
_AND_ALSO = {
    Level.UP_TO_THE_EARLIER_DATE: "also open: the earlier date",
    Level.UP_TO_THE_SIGNATURE: "also open: the signature",
    Level.UP_TO_THE_BLOCK_HASH: "also open: the block hash, which nobody vouches for",
}
_REMINDER = "A registration is a claim with a date, not a finding of ownership."


def lines_of(report: Report) -> Iterator[str]:
    """The report, line by line, with nothing in it that could steer a terminal."""
    for step in report.steps:
        code = f" [{step.code}]" if step.code else ""
        yield f"{step.number:2}. {step.title}: {step.result}{code}"
        yield f"    {_printable(step.said)}"
        yield f"    Does not prove: {step.not_proven}."
    yield ""
    yield from _closing(report)


def _closing(report: Report) -> Iterator[str]:
    failed = report.first_failure
    if failed:
        yield f"FAILED at step {failed.number}, {failed.title} [{failed.code}]. This bundle proves nothing."
        return
    yield _CLOSING[report.level]
    for limit in report.limits[1:]:
        yield _AND_ALSO[limit]
    unchecked = [step.title for step in report.steps if step.result is Result.NOT_CHECKED]
    if unchecked:
        yield f"Not checked: {', '.join(unchecked)}."
    yield _REMINDER


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
