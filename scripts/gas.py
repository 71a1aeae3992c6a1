"""What each operation on the contracts costs in gas, measured from receipts.

Every operation is a real transaction on an in-memory chain (py-evm, prague) with the shipped artifacts.
`first` is the operation by people the contracts have never seen, every storage slot untouched; `later` is the
same operation by the same people once more. Addresses, keys and hashes are fixed, so the figures are too.

`python scripts/gas.py` prints a table; `--write` also writes `contracts/gas.json`; `--check` compares.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_tester import EthereumTester, PyEVMBackend
from eth_typing import ChecksumAddress
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.types import Wei

from build_contracts import BuildError, compile_contracts

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "registry" / "chain" / "artifacts"
COMMITTED = ROOT / "contracts" / "gas.json"
TEST_TOKEN = {"PlainToken": "test/support/PlainToken.sol"}

TOLERANCE_PERCENT = 1
NO_TIME_LIMIT = 2**64 - 1
NO_GRANT_LIMIT = 2**32 - 1
NOBODY = "0x" + "00" * 20
PRICE_WEI = 10**16

# Enough for every call here; without it web3 asks the chain to estimate, which doubles the work.
GAS_LIMIT = 2_000_000
DEPLOYMENT_GAS_LIMIT = 10_000_000

Figures = dict[str, dict[str, int]]


def digest_of(text: str) -> bytes:
    """32 bytes that look like any hash, the same in every run."""
    return sha256(text.encode()).digest()


class Bench:
    """A fresh chain with the contracts deployed and people who have never used them."""

    def __init__(self, token_artifact: dict[str, Any]) -> None:
        backend = PyEVMBackend()
        self._web3 = Web3(EthereumTesterProvider(EthereumTester(backend)))
        self._keys = {key.public_key.to_checksum_address(): key.to_bytes() for key in backend.account_keys}
        people = [Web3.to_checksum_address(account) for account in self._keys]
        self.licensor, self.buyer, self.carrier, self.newcomer = people[:4]
        # Somebody else deploys, so that nobody measured has sent anything before.
        self._deployer = people[-1]
        self.registry = self._deploy(_shipped("WorkRegistry"))
        self.ledger = self._deploy(_shipped("LicenseLedger"), self.registry.address)
        self.token = self._deploy(token_artifact)

    def _deploy(self, artifact: dict[str, Any], *arguments: object) -> Contract:
        factory = self._web3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
        receipt = self._web3.eth.wait_for_transaction_receipt(
            factory.constructor(*arguments).transact({"from": self._deployer, "gas": DEPLOYMENT_GAS_LIMIT})
        )
        return factory(receipt["contractAddress"])

    def send(self, call: ContractFunction, sender: ChecksumAddress, value_wei: int = 0) -> int:
        """Gas that a call used, which must succeed."""
        sent = call.transact({"from": sender, "value": Wei(value_wei), "gas": GAS_LIMIT})
        receipt = self._web3.eth.wait_for_transaction_receipt(sent)
        if receipt["status"] != 1:
            message = f"{call.fn_name} failed"
            raise RuntimeError(message)
        return receipt["gasUsed"]

    def sign(self, digest: bytes, signer: ChecksumAddress) -> bytes:
        """The 65 bytes r, s, v of `signer` over `digest`."""
        return bytes(Account.unsafe_sign_hash(digest, self._keys[signer]).signature)

    def declaration(self, text: str) -> dict[str, object]:
        """A declaration by the licensor, without parents or an earlier version."""
        return {
            "claimant": self.licensor,
            "contentHash": digest_of(f"content {text}"),
            "fingerprintHash": digest_of(f"fingerprint {text}"),
            "metadataHash": digest_of(f"metadata {text}"),
            "parents": [],
            "previous": 0,
        }

    def registered(self, text: str) -> int:
        """The id of a work that the licensor has registered."""
        declaration = self.declaration(text)
        self.send(self.registry.functions.register(declaration), self.licensor)
        return int(self.registry.functions.workIdOf(declaration).call())

    def offer(self, work_id: int, text: str, currency: str = NOBODY) -> tuple[dict[str, object], bytes]:
        """A standing offer of transferable perpetual grants, and its signature."""
        offer: dict[str, object] = {
            "licensor": self.licensor,
            "workId": work_id,
            "series": self.registry.functions.seriesOf(work_id).call(),
            "termsHash": digest_of("terms"),
            "flags": 1,
            "currency": currency,
            "price": PRICE_WEI,
            "royaltyBps": 1000,
            "maxGrants": NO_GRANT_LIMIT,
            "licensee": NOBODY,
            "validFrom": 0,
            "validUntil": NO_TIME_LIMIT,
            "duration": NO_TIME_LIMIT,
            "carrier": NOBODY,
            "carrierBps": 0,
            "salt": digest_of(f"salt {text}"),
        }
        return offer, self.sign(self.ledger.functions.offerDigest(offer).call(), self.licensor)

    def buy(self, offer: dict[str, object], signature: bytes) -> int:
        """Gas of the buyer's purchase under an offer."""
        call = self.ledger.functions.purchase(offer, signature, self.buyer, PRICE_WEI)
        return self.send(call, self.buyer, PRICE_WEI if offer["currency"] == NOBODY else 0)


def _shipped(name: str) -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads((ARTIFACTS / f"{name}.json").read_text("utf-8"))
    return artifact


def _register(bench: Bench) -> list[int]:
    calls = [bench.registry.functions.register(bench.declaration(text)) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def _register_for(bench: Bench) -> list[int]:
    def carried(text: str) -> int:
        registration = {"declaration": bench.declaration(text), "deadline": NO_TIME_LIMIT}
        digest = bench.registry.functions.registrationDigest(registration).call()
        signature = bench.sign(digest, bench.licensor)
        return bench.send(bench.registry.functions.registerFor(registration, signature), bench.carrier)

    return [carried("one"), carried("two")]


def _supplement(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    calls = [bench.registry.functions.supplement(work_id, digest_of(text)) for text in ("first", "second")]
    return [bench.send(call, bench.licensor) for call in calls]


def _purchase(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one"), "one")
    return [bench.buy(*signed), bench.buy(*signed)]


def _purchase_erc20(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one"), "one", bench.token.address)
    bench.send(bench.token.functions.mint(bench.buyer, 3 * PRICE_WEI), bench.buyer)
    bench.send(bench.token.functions.approve(bench.ledger.address, 3 * PRICE_WEI), bench.buyer)
    return [bench.buy(*signed), bench.buy(*signed)]


def _cancel_offer(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    calls = [bench.ledger.functions.cancelOffer(bench.offer(work_id, text)[0]) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def _cancel_all_offers(bench: Bench) -> list[int]:
    call = bench.registry.functions.cancelAllOffers(bench.registered("one"))
    return [bench.send(call, bench.licensor), bench.send(call, bench.licensor)]


def _transfer_title(bench: Bench) -> list[int]:
    works = [bench.registered(text) for text in ("one", "two", "kept")]
    transfer = bench.registry.functions.transferFrom
    return [bench.send(transfer(bench.licensor, bench.newcomer, work), bench.licensor) for work in works[:2]]


def _withdraw(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    signed = bench.offer(work_id, "one")

    def sold_and_withdrawn() -> int:
        bench.buy(*signed)
        return bench.send(bench.ledger.functions.withdraw(work_id, NOBODY), bench.licensor)

    return [sold_and_withdrawn(), sold_and_withdrawn()]


OPERATIONS: dict[str, Callable[[Bench], list[int]]] = {
    "cancelAllOffers": _cancel_all_offers,
    "cancelOffer": _cancel_offer,
    "purchase": _purchase,
    "purchaseErc20": _purchase_erc20,
    "register": _register,
    "registerFor": _register_for,
    "supplement": _supplement,
    "transferTitle": _transfer_title,
    "withdraw": _withdraw,
}


def measure() -> Figures:
    """Gas of every operation, each on a chain of its own.

    Raises:
        BuildError: The token that prices are paid in cannot be compiled.
    """
    _, token = compile_contracts(TEST_TOKEN)
    figures = {}
    for name, operation in OPERATIONS.items():
        first, later = operation(Bench(token["PlainToken"]))
        figures[name] = {"first": first, "later": later}
    return figures


def deviations(measured: Figures, committed: Figures) -> list[str]:
    """One sentence for each operation that is missing, superfluous or more than the tolerance off."""
    missing = sorted(committed.keys() - measured.keys())
    sentences = [f"{name} is committed but not measured" for name in missing]
    for name, figures in measured.items():
        if name not in committed:
            sentences.append(f"{name} is measured but not committed")
            continue
        for case, gas in figures.items():
            before = committed[name][case]
            if abs(gas - before) * 100 > TOLERANCE_PERCENT * before:
                sentences.append(f"{name} ({case}) costs {gas:,} gas, {before:,} are committed")
    return sentences


def table(figures: Figures) -> str:
    """The figures for a reader."""
    lines = [f"{'operation':<18}{'first':>10}{'later':>10}"]
    lines += [f"{name:<18}{gas['first']:>10,}{gas['later']:>10,}" for name, gas in figures.items()]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 if a figure is over 1 %% off")
    parser.add_argument("--write", action="store_true", help="write contracts/gas.json")
    options = parser.parse_args()
    try:
        figures = measure()
    except BuildError as error:
        print(f"gas: {error}", file=sys.stderr)
        return 1
    print(table(figures))
    if options.write:
        COMMITTED.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
    sentences = deviations(figures, json.loads(COMMITTED.read_text("utf-8"))) if options.check else []
    for sentence in sentences:
        print(f"gas: {sentence}; if that is meant, run `python scripts/gas.py --write`", file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
