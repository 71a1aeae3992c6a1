"""A chain in memory with the contracts deployed, and people who have never used them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from eth_typing import ChecksumAddress
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.types import Wei

ARTIFACTS = Path(__file__).resolve().parents[2] / "registry" / "chain" / "artifacts"

NO_TIME_LIMIT = 2**64 - 1
NO_GRANT_LIMIT = 2**32 - 1
NOBODY = "0x" + "00" * 20
NO_EVIDENCE = bytes(32)
NATIVE_COIN = NOBODY
PRICE_WEI = 10**16
BOND_WEI = 10**17
DAY = 86_400
ESCROW_SECONDS, HOLD_SECONDS, ANSWER_SECONDS, RULING_SECONDS = 14 * DAY, 60 * DAY, 14 * DAY, 60 * DAY

TRANSFERABLE = 1
DERIVATIVES = 2

# What somebody new is given to send transactions with.
ALLOWANCE_WEI = 10**18

# Enough for every call here; without it web3 asks the chain to estimate, which doubles the work.
GAS_LIMIT = 12_000_000

Struct = dict[str, Any]
Signed = tuple[Struct, bytes]


def digest_of(text: str) -> bytes:
    """32 bytes that look like any hash, the same in every run."""
    return sha256(text.encode()).digest()


def stranger(text: str) -> LocalAccount:
    """Somebody with a key and no coin, the same in every run."""
    account: LocalAccount = Account.from_key(digest_of(f"key of {text}"))
    return account


class Bench:
    """A fresh chain, put back to its beginning by `restart`, which is quicker than deploying again.

    Attributes:
        licensor, author, buyer, carrier, newcomer, opener, successor: People who have sent nothing yet.
        arbiter: Whom the desk believes.
        log, registry, ledger, vault, desk, token: The contracts; the token is an ERC-20 with permits.
    """

    def __init__(self, token_artifact: dict[str, Any]) -> None:
        backend = PyEVMBackend()
        self._chain = EthereumTester(backend)
        self._web3 = Web3(EthereumTesterProvider(self._chain))
        self._keys = {key.public_key.to_checksum_address(): key.to_bytes() for key in backend.account_keys}
        people = [Web3.to_checksum_address(account) for account in self._keys]
        self.licensor, self.author, self.buyer, self.carrier, self.newcomer, self.opener = people[:6]
        # Nobody who is measured deploys, so that nobody measured has sent anything before.
        self.successor, self.arbiter, self._deployer = people[6:9]
        self._deploy_set()
        self.token = self._deploy(token_artifact)
        self._beginning = self._chain.take_snapshot()

    def restart(self) -> None:
        """Undo everything since the deployment."""
        self._chain.revert_to_snapshot(self._beginning)

    def _deploy_set(self) -> None:
        factory = self._deploy(_shipped("ContractFactory"))

        def place_of(name: str) -> ChecksumAddress:
            address: ChecksumAddress = factory.functions.addressOf(self._deployer, digest_of(name)).call()
            return address

        names = ("CheckpointLog", "WorkRegistry", "LicenseLedger", "RoyaltyVault", "DisputeDesk")
        log, registry, ledger, vault, desk = (place_of(name) for name in names)
        periods = (ESCROW_SECONDS, HOLD_SECONDS, ANSWER_SECONDS, RULING_SECONDS)
        constructions: dict[str, tuple[object, ...]] = {
            "CheckpointLog": (),
            "WorkRegistry": (log, desk, ledger, vault),
            "LicenseLedger": (registry, vault, desk),
            "RoyaltyVault": (registry, ledger),
            "DisputeDesk": (registry, ledger, self.arbiter, BOND_WEI, periods),
        }
        made: list[Contract] = []
        for name, arguments in constructions.items():
            artifact = _shipped(name)
            contract = self._web3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
            creation = contract.constructor(*arguments).data_in_transaction
            self.send(factory.functions.deploy(digest_of(name), creation), self._deployer)
            made.append(contract(place_of(name)))
        self.log, self.registry, self.ledger, self.vault, self.desk = made

    def _deploy(self, artifact: dict[str, Any]) -> Contract:
        factory = self._web3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
        receipt = self._web3.eth.wait_for_transaction_receipt(
            factory.constructor().transact({"from": self._deployer, "gas": GAS_LIMIT})
        )
        return factory(receipt["contractAddress"])

    @property
    def now(self) -> int:
        """The time of the latest block, in Unix seconds."""
        return int(self._web3.eth.get_block("latest")["timestamp"])

    @property
    def chain_id(self) -> int:
        """What signatures are bound to."""
        return self._web3.eth.chain_id

    def pass_time(self, seconds: int) -> None:
        """Let time pass without waiting for it."""
        self._chain.time_travel(self.now + seconds)

    def send(self, call: ContractFunction, sender: ChecksumAddress, value_wei: int = 0) -> int:
        """Gas that a call used, which must succeed."""
        sent = call.transact({"from": sender, "value": Wei(value_wei), "gas": GAS_LIMIT})
        receipt = self._web3.eth.wait_for_transaction_receipt(sent)
        if receipt["status"] != 1:
            message = f"{call.fn_name} failed"
            raise RuntimeError(message)
        return receipt["gasUsed"]

    def endow(self, account: LocalAccount) -> None:
        """Make an account exist; the first coin that an address ever receives costs 25,000 gas more."""
        if account.address not in self._keys:
            self._keys[account.address] = bytes(account.key)
            self._chain.add_account("0x" + bytes(account.key).hex())
        self._web3.eth.send_transaction(
            {"from": self._deployer, "to": account.address, "value": Wei(ALLOWANCE_WEI)}
        )

    def sign(self, digest: bytes, signer: str) -> bytes:
        """The 65 bytes r, s, v of one of the chain's people over `digest`."""
        return bytes(Account.unsafe_sign_hash(digest, self._keys[Web3.to_checksum_address(signer)]).signature)

    def key_of(self, person: ChecksumAddress) -> bytes:
        """The 32 bytes of a person's private key."""
        key: bytes = self._keys[person]
        return key

    def declaration(self, text: str, claimant: str | None = None, parents: list[int] | None = None) -> Struct:
        """A declaration, by the licensor and without parents unless told otherwise."""
        return {
            "claimant": claimant or self.licensor,
            "contentHash": digest_of(f"content {text}"),
            "fingerprintHash": digest_of(f"fingerprint {text}"),
            "metadataHash": digest_of(f"metadata {text}"),
            "parents": sorted(parents or []),
            "previous": 0,
        }

    def registered(self, text: str, claimant: ChecksumAddress | None = None) -> int:
        """The id of a work that its claimant, the licensor unless told otherwise, has registered."""
        return self.declared(self.declaration(text, claimant))

    def declared(self, declaration: Struct) -> int:
        """The id of a work whose declaration its claimant has just sent."""
        self.send(self.registry.functions.register(declaration), declaration["claimant"])
        return int(self.registry.functions.workIdOf(declaration).call())

    def offer(self, work_id: int, text: str, **changes: object) -> Signed:
        """A standing offer of perpetual transferable grants by who holds the title, and its signature."""
        holder, _, series, _ = self.registry.functions.titleOf(work_id).call()
        return self.signed_offer(work_id, text, licensor=holder, series=series, **changes)

    def signed_offer(self, work_id: int, text: str, **changes: object) -> Signed:
        """The same for a work that may not be registered yet."""
        offer: Struct = {
            "licensor": self.licensor,
            "workId": work_id,
            "series": 0,
            "termsHash": digest_of("terms"),
            "flags": TRANSFERABLE,
            "currency": NATIVE_COIN,
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
        } | changes
        return offer, self.sign(self.ledger.functions.offerDigest(offer).call(), offer["licensor"])

    def buy(self, signed: Signed, buyer: ChecksumAddress | None = None) -> int:
        """Gas of a purchase under an offer, by the buyer unless told otherwise."""
        offer, signature = signed
        licensee = buyer or self.buyer
        call = self.ledger.functions.purchase(offer, signature, licensee, offer["price"])
        return self.send(call, licensee, offer["price"] if offer["currency"] == NATIVE_COIN else 0)


def _shipped(name: str) -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads((ARTIFACTS / f"{name}.json").read_text("utf-8"))
    return artifact
