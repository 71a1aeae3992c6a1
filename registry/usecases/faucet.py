"""Play coin on the embedded chain, so that a licensee can try a purchase."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from registry.errors import FaucetDryError
from registry.model import Address, Call, Hash32
from registry.ports import Chain, Intent, Store

DRIP_WEI = 10**18
CAP_WEI = 5 * 10**18  # an account that holds this much has enough to try everything


@dataclass(frozen=True, slots=True)
class GiveCoin:
    """Queues a gift of play coin; only ever wired to the embedded chain."""

    store: Store
    chain: Chain

    def __call__(self, account: Address) -> int:
        """The wei that will arrive with the next block.

        Raises:
            FaucetDryError: The account holds enough.
        """
        balance = self.chain.balance(account)
        if balance >= CAP_WEI:
            raise FaucetDryError(account, CAP_WEI)
        # The same key for the same block and balance: clicking twice gives one gift.
        asked = f"faucet {account} {balance} {self.chain.head().number}"
        key = Hash32(hashlib.sha256(asked.encode()).digest())
        with self.store.write() as unit:
            unit.outbox.put(Intent(key, Call(account, b"", DRIP_WEI)))
        return DRIP_WEI
