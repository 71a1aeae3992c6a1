"""Run `colophon serve`, and kill it (SIGKILL, from inside) the Nth time it reaches a named moment.

It counts from a SIGUSR1 on, which its client sends before the first request: starting does not count.

    dying_server.py MOMENT N [options of serve]

The moments lie inside requests and the background work they cause:

    before-commit    a unit of work is written, the commit has not begun
    after-commit     the commit is durable, the caller has not heard of it
    before-anchor    a leaf is acknowledged, its checkpoint is about to be signed
    after-broadcast  signed bytes have left, nothing noted it
    after-mining     a block is on the embedded chain, neither sync nor sender has seen it

and one that no registration reaches:

    before-deletion  a redaction is committed, the first of its blobs is about to be deleted
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from registry.blobs import FolderBlobs
from registry.chain.engine import Engine as ChainEngine
from registry.chain.gateway import Gateway
from registry.cli import main
from registry.log import Checkpoint, SignedNote, SigningKey
from registry.model import Hash32
from registry.ports import UnitOfWork
from registry.store.store import SqlStore

MOMENTS = ("before-commit", "after-commit", "before-anchor", "after-broadcast", "after-mining")


class Fate:
    """Counts the moments, and dies at the right one."""

    def __init__(self, moment: str, count: int) -> None:
        self._moment, self._left = moment, count
        self._armed = False

    def arm(self, *_: object) -> None:
        """Count from now on."""
        self._armed = True

    def reach(self, moment: str) -> None:
        """One moment reached."""
        if moment != self._moment or not self._armed:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arrange(fate: Fate) -> None:
    """Put the moments into the real adapters."""
    write = SqlStore.write

    @contextmanager
    def write_and_die(self: SqlStore) -> Iterator[UnitOfWork]:
        with write(self) as unit:
            yield unit
            fate.reach("before-commit")
        fate.reach("after-commit")

    _replace(SqlStore, "write", write_and_die)
    sign = Checkpoint.sign

    def die_and_sign(self: Checkpoint, keys: Sequence[SigningKey]) -> SignedNote:
        fate.reach("before-anchor")
        return sign(self, keys)

    _replace(Checkpoint, "sign", die_and_sign)
    delete = FolderBlobs.delete

    def die_and_delete(self: FolderBlobs, key: Hash32) -> None:
        fate.reach("before-deletion")
        delete(self, key)

    _replace(FolderBlobs, "delete", die_and_delete)
    _after(Gateway, "broadcast", lambda _: fate.reach("after-broadcast"))
    _after(ChainEngine, "mine", lambda block: fate.reach("after-mining") if block is not None else None)


def _after(owner: type, name: str, then: Callable[[Any], None]) -> None:
    inner = getattr(owner, name)

    def outer(*arguments: Any) -> Any:  # noqa: ANN401  # whatever the method takes
        result = inner(*arguments)
        then(result)
        return result

    _replace(owner, name, outer)


def _replace(owner: type, name: str, value: object) -> None:
    setattr(owner, name, value)


if __name__ == "__main__":
    destiny = Fate(sys.argv[1], int(sys.argv[2]))
    signal.signal(signal.SIGUSR1, destiny.arm)
    arrange(destiny)
    sys.argv = ["colophon", "serve", *sys.argv[3:]]
    main()
