"""`colophon title`: a title for a work that the log dates."""

from __future__ import annotations

from registry.cli.caller import Caller
from registry.cli.records import print_record
from registry.client import Answer


def make_title(caller: Caller, work_id: str) -> None:
    """Ask for the title, and wait until it stands."""
    session = caller.session
    told = session.client.make_title(work_id)

    def look() -> Answer | None:
        record = session.client.work(work_id)
        return record if record.text("titled") == "confirmed" else None

    if caller.wait:
        with session.terminal.waiting("waiting for the chain"):
            told = session.poll(look, f"colophon show {work_id}") or told
    session.terminal.document(told)
    print_record(session.terminal, told)
    session.terminal.closing(session.page(work_id), f"colophon show {work_id}")
