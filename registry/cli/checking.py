"""`colophon check`: show the registry the file of a work that was declared without it."""

from __future__ import annotations

from pathlib import Path

from registry.cli.failures import CommandError
from registry.cli.records import print_record
from registry.cli.session import Session
from registry.fingerprint.exact import content_hash


def check_file(session: Session, file: Path, work_id: str) -> None:
    """Send the file if it is the declared one, and tell what came of it.

    Raises:
        CommandError: It is another file, which does not leave the computer.
    """
    declared = session.client.work(work_id.lower()).inner("declaration").text("content_hash")
    found, size = content_hash(file)
    if str(found) != declared:
        raise CommandError(
            "other-file", f"work {work_id} was declared of bytes with the hash {declared}, {file} has {found}"
        )
    with session.terminal.meter(f"sending {file.name}", size) as progress:
        record = session.client.check(work_id.lower(), file, progress)
    session.terminal.document(record)
    print_record(session.terminal, record)
    session.terminal.closing(session.page(record.text("work_id")), f"colophon verify {file}")
