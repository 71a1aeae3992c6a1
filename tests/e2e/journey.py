"""Steps of real journeys over HTTP, signed by throw-away keys."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from eth_account import Account
from eth_account.signers.local import LocalAccount
from PIL import Image

from registry.client.api import ColophonClient

T = TypeVar("T")
PATIENCE_SECONDS = 60.0


def wait_for(question: Callable[[], T | None]) -> T:
    """Ask until there is an answer that is true."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    message = "it never came true"
    raise AssertionError(message)


def picture(seed: int, size: int = 96) -> bytes:
    """A PNG unlike that of any other seed: smooth blobs of colour, as a photograph out of focus."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize((size, size), Image.Resampling.BICUBIC).save(buffer, "PNG")
    return buffer.getvalue()


def sign(account: LocalAccount, typed_data: dict[str, Any]) -> bytes:
    """A wallet's `eth_signTypedData_v4`."""
    return bytes(Account.sign_typed_data(account.key, full_message=typed_data).signature)


class Claimant:
    """Somebody with a key who registers files at one registry."""

    def __init__(self, seed: int) -> None:
        self.account: LocalAccount = Account.from_key(seed.to_bytes(32, "big"))

    def draft(self, client: ColophonClient, file: Path) -> tuple[str, bytes]:
        """Prepare and answer a draft, contesting the same bytes, acknowledging the rest."""
        facts = {"title": file.stem, "creators": [{"name": "A. Claimant"}]}
        prepared = client.prepare_draft(file, self.account.address, facts)
        answers = {
            match["work_id"]: "adverse-claim" if match["verdict"] == "identical" else "acknowledged"
            for match in prepared["report"]["matches"]
        }
        ready = client.answer_draft(prepared["draft_id"], answers)
        return prepared["draft_id"], sign(self.account, ready["typed_data"])

    def register(self, client: ColophonClient, file: Path, via: str = "registerFor") -> dict[str, Any]:
        """Register a file; the acknowledged record."""
        draft_id, signature = self.draft(client, file)
        return client.register(draft_id, signature, via)


def settled(client: ColophonClient, work_id: str) -> dict[str, Any]:
    """The record once it is final."""

    def final() -> dict[str, Any] | None:
        record = client.work(work_id)
        return record if record["status"]["state"] == "final" else None

    return wait_for(final)
