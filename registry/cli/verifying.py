"""`colophon verify`: which registered works a file is, copies or contains."""

from __future__ import annotations

from pathlib import Path

from registry.cli.records import dated, title_of
from registry.cli.session import Session
from registry.client import Answer

_WORDS = {
    "identical": "Identical to",
    "copy": "A copy of",
    "contains": "Contains",
}
_SHOWN = 10


def verify_file(session: Session, file: Path) -> None:
    """Look a file up and say what was found; finding nothing is an answer too."""
    size = file.stat().st_size
    with session.terminal.meter(f"sending {file.name}", size) as progress:
        answer = session.client.verify(file, progress)
    session.terminal.document(answer)
    matches = answer.items_of("matches")
    if not matches:
        _nothing(session, file, answer)
        return
    for match in matches[:_SHOWN]:
        _print_match(session, match)
    if len(matches) > _SHOWN:
        session.terminal.line(f"  … and {len(matches) - _SHOWN} more: --json lists them all.")
    nearest = matches[0].inner("record").text("work_id")
    session.terminal.closing(session.page(nearest), f"colophon show {nearest}")


def _nothing(session: Session, file: Path, answer: Answer) -> None:
    session.terminal.heading("Nothing registered here matches this file.")
    compared = ", ".join(str(algorithm) for algorithm in answer.get("compared", []))
    session.terminal.fact("compared", compared)
    session.terminal.fact("SHA-256", answer.text("content_hash"))
    session.terminal.fact("note", "It may be registered elsewhere, or altered beyond what is compared.")
    session.terminal.closing(f"{session.client.base_url}/", f"colophon register {file} --title … --creator …")


def rate_words(rate: Answer) -> str:
    """How often such a match was none where that was measured."""
    false, pairs = rate.integer("false"), rate.integer("pairs")
    bound = rate.integer("at_most_per_million")
    return f"{false:,} of {pairs:,} pairs of unrelated works, at most {bound:,} in a million"


def _print_match(session: Session, match: Answer) -> None:
    record = match.inner("record")
    verdict = match.text("verdict")
    session.terminal.heading(f"{_WORDS.get(verdict, verdict)} {title_of(record)}")
    session.terminal.fact("work", record.text("work_id"))
    if verdict != "identical":
        near = f"{match.integer('distance')} of at most {match.integer('threshold')} {match.text('unit')}"
        session.terminal.fact("distance", f"{near}, by {match.text('compared')}")
    rate = match.optional_inner("false_positive_rate")
    if rate:
        session.terminal.fact("rate", rate_words(rate))
    region = match.optional_inner("region")
    if region:
        session.terminal.fact(
            "where", ", ".join(f"{name.replace('_', ' ')} {region.integer(name)}" for name in sorted(region))
        )
    session.terminal.fact("claimant", record.inner("declaration").text("claimant"))
    session.terminal.fact("dated", dated(record))
