"""What an honest registry proposes to sign, as JSON that a test may bend."""

from __future__ import annotations

import json
import time
from typing import Any

from registry import statements
from registry.cli.consent import Wish
from registry.client import Answer
from registry.licensing.terms import STANDARD, terms_hash
from registry.model import (
    Address,
    Contracts,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Registration,
    WorkId,
)
from registry.statements import Domain

CLAIMANT = Address("0x" + "11" * 20)
CONTRACTS = Contracts(
    chain_id=31337,
    checkpoint_log=Address("0x" + "21" * 20),
    work_registry=Address("0x" + "22" * 20),
    license_ledger=Address("0x" + "33" * 20),
    royalty_vault=Address("0x" + "34" * 20),
    dispute_desk=Address("0x" + "35" * 20),
    deployed_at_block=1,
    manifest_id=Hash32(bytes([8]) * 32),
)
REGISTRY = Domain("WorkRegistry", CONTRACTS.chain_id, CONTRACTS.work_registry)
LEDGER = Domain("LicenseLedger", CONTRACTS.chain_id, CONTRACTS.license_ledger)
PARENT = WorkId(bytes([7]) * 32)
WISH = Wish(CLAIMANT, Hash32(bytes([1]) * 32), (PARENT,))
WINDOW_SECONDS = 90 * 86_400
WANTED = Offer(
    licensor=CLAIMANT,
    work_id=PARENT,
    series=0,
    terms_hash=terms_hash(STANDARD["editorial"]),
    flags=OfferFlags.TRANSFERABLE,
    price=10**16,
    valid_from=0,
    valid_until=1,
    salt=Hash32(bytes(32)),
    duration=31_536_000,
    max_grants=10,
)


def honest_registration() -> Registration:
    declaration = Declaration(
        claimant=WISH.claimant,
        content_hash=WISH.content_hash,
        fingerprint_hash=Hash32(bytes([2]) * 32),
        metadata_hash=Hash32(bytes([3]) * 32),
        parents=WISH.parents,
    )
    return Registration(declaration, int(time.time()) + 86_400)


def honest_offer() -> Offer:
    now = int(time.time())
    chosen = {name: getattr(WANTED, name) for name in WANTED.__dataclass_fields__}
    filled = {
        "series": 3,
        "valid_from": now - 300,
        "valid_until": now + WINDOW_SECONDS,
        "salt": Hash32(bytes([9]) * 32),
    }
    return Offer(**(chosen | filled))


def as_answered(statement: statements.Statement, domain: Domain, *path: str, value: object = None) -> Answer:
    """The typed data as they come over the wire, with the field at `path` replaced."""
    data: dict[str, Any] = json.loads(json.dumps(statements.typed_data(statement, domain)))
    place = data
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = value
    return Answer(data, "typed_data")
