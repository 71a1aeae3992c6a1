"""What became of each file, written down as it happens: whoever is killed goes on where they were.

The notes lie beside the keys, not in the folder of works: they hold receipt tokens and signatures, and a
folder of works may be read-only, shared or copied to places that its owner does not know. Each note is one
line of JSON, on the disk before the step that follows it. A statement is noted when it is signed and before
it is handed in, so that what was handed in when the power failed is handed in again, as the same record.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from registry.cli.failures import CommandError
from registry.cli.folders.outcomes import Refused, Signed, Taken
from registry.cli.folders.scanning import Found
from registry.cli.replacing import sync_folder
from registry.model import Hash32

FOLDER = "batches"  # beside the keys, as the receipts are
_FORMAT = "colophon.batch/1"
_NAME_DIGITS = 32

Note = Signed | Taken | Refused


@contextmanager
def alone_in(folder: Path, keys: Path) -> Iterator[None]:
    """Hold a folder of works: two commands over the same files would sign each twice.

    Raises:
        CommandError: Another command is at work there.
    """
    path = _beside(keys, str(folder.resolve()), ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise CommandError(
                "folder-in-use",
                f"another command is registering {folder} (process {_holder(descriptor)})",
                "wait until it has ended: the same command then goes on where it stopped",
            ) from problem
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"


def _beside(keys: Path, what: str, suffix: str) -> Path:
    folder = keys.expanduser() / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:_NAME_DIGITS]
    return folder / f"{name}{suffix}"


class Notebook:
    """The notes on one folder, for one account in one deployment."""

    def __init__(self, path: Path, heading: Mapping[str, Any]) -> None:
        self.path = path
        self._notes: dict[str, Note] = {}
        self._recorded: dict[Hash32, str] = {}
        known = path.exists()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._read(dict(heading))
            if not known:
                sync_folder(path.parent)
        except BaseException:
            self.close()
            raise

    @classmethod
    def of(cls, keys: Path, folder: Path, heading: Mapping[str, Any]) -> Self:
        """Those beside the keys; `heading` says what the notes are about, and where they belong.

        Raises:
            CommandError: The notes are damaged. They are left alone.
        """
        whole = {"format": _FORMAT, "folder": os.fsencode(folder.resolve()).hex(), **heading}
        return cls(_beside(keys, json.dumps(whole, sort_keys=True), ".jsonl"), whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def note_on(self, name: str) -> Note | None:
        """What became of a file last."""
        return self._notes.get(name)

    def recorded_as(self, content_hash: Hash32) -> str | None:
        """The name of a file of the same bytes of which there is a record."""
        return self._recorded.get(content_hash)

    def interrupted(self) -> list[Signed]:
        """Signed, and perhaps handed in: nobody noted what came of it."""
        return [note for note in self._notes.values() if isinstance(note, Signed)]

    def waiting(self) -> list[Taken]:
        """Recorded, and not seen on chain yet."""
        return [note for note in self._notes.values() if isinstance(note, Taken) and note.token is not None]

    def write(self, notes: Iterable[Note]) -> None:
        """Write down what happened, durably.

        Raises:
            CommandError: It cannot be written; nothing may follow.
        """
        kept = list(notes)
        self._append([_document(note) for note in kept])
        for note in kept:
            self._keep(note)

    def settle(self, taken: Iterable[Taken]) -> None:
        """Everybody can see the records: their tokens are of no more use."""
        self.write([replace(one, token=None) for one in taken])

    def forget(self, name: str) -> None:
        """What was signed of a file is void: no record was made of it, or it expired."""
        self._append([{"what": "void", "file": name}])
        self._drop(name)

    def _keep(self, note: Note) -> None:
        self._notes[note.found.name] = note
        if isinstance(note, Taken):
            self._recorded[note.content_hash] = note.found.name

    def _drop(self, name: str) -> None:
        note = self._notes.pop(name, None)
        if isinstance(note, Taken) and self._recorded.get(note.content_hash) == name:
            del self._recorded[note.content_hash]

    def _append(self, documents: Iterable[Mapping[str, Any]]) -> None:
        lines = b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in documents)
        try:
            while lines:
                lines = lines[os.write(self._descriptor, lines) :]
            os.fsync(self._descriptor)
        except OSError as problem:
            raise CommandError(
                "notes-failed", f"{self.path}: {problem.strerror}; nothing more is signed"
            ) from problem

    def _read(self, heading: dict[str, Any]) -> None:
        whole = 0
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines):
                if not line.endswith(b"\n"):
                    break  # the power failed within it: what it would have said was not relied on
                self._take_in(number, line, heading)
                whole += len(line)
        os.ftruncate(self._descriptor, whole)
        if whole == 0:
            self._append([heading])

    def _take_in(self, number: int, line: bytes, heading: dict[str, Any]) -> None:
        try:
            said = json.loads(line)
            if number == 0:
                if said != heading:
                    raise ValueError("another heading")  # noqa: TRY301  # told as any other damage
            elif said["what"] == "void":
                self._drop(said["file"])
            else:
                self._keep(_note(said))
        except (ValueError, KeyError, TypeError) as problem:
            raise CommandError(
                "damaged-notes",
                f"{self.path} is damaged in line {number + 1}: put it aside; "
                "what is registered already is not registered again",
            ) from problem


def _document(note: Note) -> dict[str, Any]:
    found, content_hash = note.found, note.content_hash
    told: dict[str, Any] = {
        "file": found.name,
        "size": found.size,
        "modified_ns": found.modified_ns,
        "content_hash": None if content_hash is None else str(content_hash),
    }
    match note:
        case Signed():
            signature = f"0x{note.signature.hex()}"
            return {
                "what": "signed",
                **told,
                "draft_id": note.draft_id,
                "work_id": note.work_id,
                "signature": signature,
            }
        case Taken():
            return {"what": "recorded", **told, "work_id": note.work_id, "token": note.token}
        case Refused():
            matches = [dict(match) for match in note.matches]
            return {"what": "refused", **told, "code": note.code, "detail": note.detail, "matches": matches}


def _note(said: Mapping[str, Any]) -> Note:
    found = Found(str(said["file"]), int(said["size"]), int(said["modified_ns"]))
    content_hash = Hash32.parse(said["content_hash"])
    match said["what"]:
        case "signed":
            signature = bytes.fromhex(said["signature"].removeprefix("0x"))
            return Signed(found, content_hash, str(said["draft_id"]), str(said["work_id"]), signature)
        case "recorded":
            token = said["token"]
            return Taken(found, content_hash, str(said["work_id"]), None if token is None else str(token))
        case "refused":
            matches = tuple(dict(match) for match in said["matches"])
            return Refused(found, content_hash, str(said["code"]), str(said["detail"]), matches)
        case other:
            raise ValueError(other)
