"""What a monitor remembers from round to round: whom it follows, how far the chain was read, its proofs.

`monitor.json` holds what is pinned, `log/` the copy, `proofs/` what two signatures of one key contradict
each other with. The folder is one monitor's at a time.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from registry.canonical import nesting_of
from registry.client.monitor.anchors import SeenAnchor
from registry.client.monitor.copy import LogCopy, copying, sync, write_whole
from registry.client.monitor.source import Anchoring
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import RegistryError
from registry.log import VerifierKey

FORMAT = "colophon.monitor/1"
MAX_PROOFS = 100  # one is enough; a log that signs a new lie each round must not fill the disk
_STATE = "monitor.json"
_MAX_NESTING = 16  # what is written has three levels
_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, RegistryError)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered.

    Attributes:
        key: The key that the log is known by.
        anchoring: Where its anchors are; None if nobody ever said.
        read_to: The last final block that was read, all of whose anchors are explained.
        newest: The newest anchor up to there.
        ahead_since: Since when the log has been larger than its anchors, and `ahead_size` how large then.
        heard_at: When the log last answered.
        superseded: The size before the last one, whose partial tiles are kept for slow readers of the copy.
    """

    key: VerifierKey
    anchoring: Anchoring | None = None
    read_to: int | None = None
    newest: SeenAnchor | None = None
    ahead_since: datetime | None = None
    ahead_size: int = 0
    heard_at: datetime | None = None
    superseded: int = 0

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "format": FORMAT,
            "key": str(self.key),
            "anchoring": self.anchoring.document() if self.anchoring else None,
            "read_to": self.read_to,
            "newest": self.newest.document() if self.newest else None,
            "ahead_since": self.ahead_since.isoformat() if self.ahead_since else None,
            "ahead_size": self.ahead_size,
            "heard_at": self.heard_at.isoformat() if self.heard_at else None,
            "superseded": self.superseded,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read what `document` wrote.

        Raises:
            KeyError, ValueError, TypeError, RegistryError: It is not that.
        """
        if document["format"] != FORMAT:
            raise ValueError(document["format"])
        read_to = document["read_to"]
        return cls(
            key=VerifierKey.parse(document["key"]),
            anchoring=Anchoring.of(document["anchoring"]) if document["anchoring"] else None,
            read_to=None if read_to is None else int(read_to),
            newest=SeenAnchor.of(document["newest"]) if document["newest"] else None,
            ahead_since=_moment(document["ahead_since"]),
            ahead_size=int(document["ahead_size"]),
            heard_at=_moment(document["heard_at"]),
            superseded=int(document["superseded"]),
        )


class MonitorFolder:
    """One monitor's folder, held for as long as it lives.

    Raises:
        TroubleError: COPY_FAILED: it cannot be made, or another monitor works in it; DAMAGED_COPY: what it
            remembers cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with copying():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / "monitor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            os.close(self._lock)
            raise TroubleError(Kind.COPY_FAILED, f"another monitor works in {folder}") from problem
        try:
            self.copy = LogCopy(folder / "log")
            self.memory = self._read()
        except TroubleError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others have the folder."""
        os.close(self._lock)

    def begin(self, key: VerifierKey, anchoring: Anchoring | None) -> None:
        """Pin whom this folder follows, at first use."""
        self.remember(Memory(key, anchoring))

    def change(self, **changed: Any) -> None:
        """Remember something else; nothing is written where nothing is new."""
        if self.memory is not None:
            self.remember(replace(self.memory, **changed))

    def remember(self, memory: Memory) -> None:
        """Keep durably what is to be known in the next round."""
        if memory == self.memory:
            return
        with copying():
            write_whole(self.folder / _STATE, _encoded(memory.document()))
            sync(self.folder)
        self.memory = memory

    def keep_proof(self, document: Mapping[str, object]) -> Path | None:
        """Keep what proves a fork, once; None if there are too many already."""
        content = _encoded(document)
        proofs = self.folder / "proofs"
        path = proofs / f"fork-{sha256(content).hexdigest()[:16]}.json"
        with copying():
            proofs.mkdir(mode=0o700, exist_ok=True)
            if path.exists():
                return path
            if len(self.proofs()) >= MAX_PROOFS:
                return None
            write_whole(path, content)
            sync(proofs)
            sync(self.folder)
        return path

    def proofs(self) -> list[Path]:
        """The forks that were proven so far."""
        return sorted((self.folder / "proofs").glob("fork-*.json"))

    def _read(self) -> Memory | None:
        try:
            with copying():
                text = (self.folder / _STATE).read_bytes()
            return Memory.of(_decoded(text))
        except TroubleError as problem:
            if isinstance(problem.__cause__, FileNotFoundError):
                return None
            raise
        except _UNREADABLE as problem:
            raise TroubleError(
                Kind.DAMAGED_COPY, f"{self.folder / _STATE} is damaged: put it aside"
            ) from problem


def _decoded(text: bytes) -> Any:  # noqa: ANN401  # JSON of any shape
    if nesting_of(text) > _MAX_NESTING:
        raise ValueError(_STATE)
    return json.loads(text)


def _encoded(document: Mapping[str, object]) -> bytes:
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
