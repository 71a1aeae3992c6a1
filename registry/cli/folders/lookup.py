"""One record's token among the notes on folders: of thousands that wait, each can be shown.

The header of a request holds few tokens; so the one that a request is about is looked up, whatever it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from registry.cli.folders.notebook import FOLDER


def token_in_notes(keys: Path, deployment: str, work_id: str) -> str | None:
    """The token of a work that waits, if the notes on some folder have it.

    Only notes about that deployment are read: another registry is not to learn the token. Notes that are
    damaged are passed over, for whoever goes on with them is told.

    Raises:
        OSError: Notes cannot be read.
    """
    found = None
    for path in sorted((keys.expanduser() / FOLDER).glob("*.jsonl")):
        for said in _said_of(path, deployment, work_id):
            if said.get("what") == "recorded" and said.get("work_id") == work_id:
                found = said.get("token") or found
    return found


def _said_of(path: Path, deployment: str, work_id: str) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        heading = _document(next(lines, b""))
        if heading.get("deployment") != deployment:
            return
        wanted = work_id.encode()
        for line in lines:
            if wanted in line:  # of thousands of lines only its own are parsed
                yield _document(line)


def _document(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
