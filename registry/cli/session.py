"""What every command that talks to a registry holds: the client with the caller's receipts, and the keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from registry.cli.failures import CommandError
from registry.cli.folders.lookup import token_in_notes
from registry.cli.keys import KeyRing
from registry.cli.pinning import Pin, pinned
from registry.cli.receipts import Receipts
from registry.cli.records import SETTLED, state_of
from registry.cli.terminal import Terminal
from registry.cli.told import contracts_told
from registry.client import Answer, ColophonClient, LostRegistryError, NoRegistryError
from registry.model import Contracts

Given = TypeVar("Given")

WAIT_SECONDS = 600.0  # a busy public chain takes minutes; then the caller asks again when they like
_POLL_SECONDS = 0.25
_PATIENCE_SECONDS = 4.0  # a registry that is restarted is back by then


@dataclass(frozen=True, slots=True)
class Session:
    """One command's conversation with one registry."""

    client: ColophonClient
    receipts: Receipts
    keys: KeyRing
    pin: Pin
    terminal: Terminal

    def page(self, work_id: str) -> str:
        """The address of a work's page."""
        return f"{self.client.base_url}/works/{work_id}"

    def contracts(self) -> Contracts:
        """The deployment that signatures and transactions for this registry are bound to.

        Raises:
            CommandError: The registry names none, or another than when it was first met.
        """
        return pinned(self.pin, contracts_told(self.client.contracts()), self.terminal)

    def until_settled(self, work_id: str) -> Answer:
        """The record once it is confirmed, or as it stands when patience is over.

        Raises:
            CommandError: It expired, or the registry went away meanwhile. What was acknowledged is kept.
        """
        with self.terminal.waiting("waiting for the chain") as tell:
            record = self.poll(lambda: self._settled(work_id, tell), f"colophon show {work_id}")
        if record is None:
            return self.client.work(work_id)
        if state_of(record) == "expired":
            raise CommandError(
                "expired", f"work {work_id} was not recorded before its deadline: register it again"
            )
        self.receipts.drop(work_id)
        return record

    def _settled(self, work_id: str, tell: Callable[[str], None]) -> Answer | None:
        record = self.client.work(work_id)
        status = record.inner("status")
        state, seen = status.text("state"), status.integer("confirmations")
        if state in (*SETTLED, "expired"):
            return record
        tell(f"waiting for the chain: {state}, {seen} of {status.integer('confirmations_needed')}")
        return None

    def poll(self, look: Callable[[], Given | None], later: str) -> Given | None:
        """What `look` gives, as soon as it gives something; None when patience is over.

        Raises:
            CommandError: The registry went away; `later` is the command that asks again.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        last_heard = time.monotonic()
        while time.monotonic() < deadline:
            try:
                found = look()
                last_heard = time.monotonic()
            except (LostRegistryError, NoRegistryError) as problem:
                found = None
                if time.monotonic() - last_heard > _PATIENCE_SECONDS:
                    raise CommandError(
                        "registry-lost",
                        f"{problem.message}; what it acknowledged is kept",
                        f"ask again when it is back: {later}",
                    ) from problem
            if found is not None:
                return found
            time.sleep(_POLL_SECONDS)
        return None


@contextmanager
def session(url: str, folder: Path, terminal: Terminal) -> Iterator[Session]:
    """Open a conversation that shows the caller's own pending works."""
    receipts, pin = Receipts(folder, url.rstrip("/")), Pin(folder, url.rstrip("/"))

    def receipt_of(work_id: str) -> str | None:
        kept = receipts.token_of(work_id)
        known = pin.find() if kept is None else None
        return kept if known is None else token_in_notes(folder, str(known.manifest_id), work_id)

    with ColophonClient(url, receipts.tokens(), receipt_of) as client:
        yield Session(client, receipts, KeyRing(folder, terminal), pin, terminal)
