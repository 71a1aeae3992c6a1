"""A registry that serves on loopback, and the hands that use it: everything real, in one process."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import httpx
import numpy as np
import uvicorn
from eth_abi.abi import encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from PIL import Image

from api.app import create_app
from registry.compose import Registry, open_registry
from registry.settings import Settings

MAX_UPLOAD_BYTES = 4 * 2**20  # so that a file over the limit is quickly sent
PATIENCE_SECONDS = 60  # for a block, on a busy machine
PRICE_WEI = 10**15

Json = dict[str, Any]


def picture(seed: int) -> bytes:
    """A PNG of soft shapes, another for each seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((320, 320), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def wait_until(done: Callable[[], bool]) -> None:
    """Return when it is so; fail after `PATIENCE_SECONDS`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)


@contextmanager
def serving(registry: Registry) -> Iterator[str]:
    """The registry behind a real server on a free port; its base URL."""
    config = uvicorn.Config(create_app(registry), host="127.0.0.1", port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def house(folder: Path, **limits: Any) -> Iterator[House]:
    """A registry of its own in a folder, serving, with limits by the names that settings give them."""
    settings = replace(Settings.for_folder(folder), max_upload_bytes=MAX_UPLOAD_BYTES, **limits)
    registry = open_registry(settings)
    try:
        registry.start()
        with serving(registry) as url, httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
            yield House(registry, client)
    finally:
        registry.close()


@dataclass
class House:
    """A serving registry, and what a claimant, a licensor and a buyer do with it."""

    registry: Registry
    client: httpx.Client
    _seeds: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    def new_picture(self) -> bytes:
        """A picture that nothing before resembles."""
        return picture(next(self._seeds))

    def draft(
        self, claimant: str, data: bytes, *, token: str = "", keep_preview: bool = False, **facts: Any
    ) -> Json:
        """A new draft of those bytes."""
        facts = {"title": "A picture", "creators": [{"name": "Somebody"}], **facts}
        form = {"claimant": claimant, "facts": json.dumps(facts), "keep_preview": str(keep_preview).lower()}
        headers = bearer(token) if token else {}
        return good(
            self.client.post("/v1/drafts", data=form, files={"file": ("work", data)}, headers=headers), 201
        )

    def ready(self, draft: Json, answers: dict[str, str] | None = None) -> Json:
        """The draft's statement, ready to sign."""
        path = f"/v1/drafts/{draft['draft_id']}/answers"
        return good(self.client.put(path, json={"answers": answers or {}}), 200)

    def record(self, draft: Json, signature: str, via: str = "registerFor") -> httpx.Response:
        """The answer to a signed draft."""
        body = {"draft_id": draft["draft_id"], "signature": signature, "via": via}
        return self.client.post("/v1/works", json=body)

    def hand_in(
        self, key: LocalAccount, data: bytes, answers: dict[str, str] | None = None, **facts: Any
    ) -> Json:
        """A work recorded, and not yet on chain."""
        draft = self.draft(key.address, data, **facts)
        return good(self.record(draft, signed(key, self.ready(draft, answers))), 201)

    def register(
        self, key: LocalAccount, data: bytes, answers: dict[str, str] | None = None, **facts: Any
    ) -> Json:
        """A work registered and on chain: its record."""
        work_id = self.hand_in(key, data, answers, **facts)["record"]["work_id"]
        wait_until(lambda: self.client.get(f"/v1/works/{work_id}").status_code == 200)
        return self.get(f"/v1/works/{work_id}")

    def get(self, path: str, **query: str | int) -> Json:
        """A good answer."""
        return good(self.client.get(path, params=query), 200)

    def prepare_offer(self, key: LocalAccount, work_id: str, **chosen: Any) -> Json:
        """An offer ready to sign."""
        body = {
            "work_id": work_id,
            "licensor": key.address,
            "terms": "editorial",
            "price_wei": str(PRICE_WEI),
            **chosen,
        }
        return good(self.client.post("/v1/offer-drafts", json=body), 200)

    def publish(self, prepared: Json, signature: str) -> httpx.Response:
        """The answer to a signed offer."""
        body = {"offer": prepared["offer"], "terms": prepared["terms"], "signature": signature}
        return self.client.post("/v1/offers", json=body)

    def offer(self, key: LocalAccount, work_id: str, **chosen: Any) -> Json:
        """A published offer."""
        prepared = self.prepare_offer(key, work_id, **chosen)
        return good(self.publish(prepared, signed(key, prepared)), 201)

    def purchase(self, offer_hash: str, buyer: str, max_price_wei: int = PRICE_WEI) -> httpx.Response:
        """The answer to a buyer's wish."""
        body = {"offer_hash": offer_hash, "buyer": buyer, "max_price_wei": str(max_price_wei)}
        return self.client.post("/v1/purchases", json=body)

    def rpc(self, method: str, *params: Any) -> Any:  # noqa: ANN401  # JSON of any shape
        """A result of the embedded chain."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return good(self.client.post("/rpc", json=body), 200)["result"]

    def give_coin(self, account: str) -> None:
        """Play coin, arrived."""
        good(self.client.post("/v1/faucet", json={"account": account}), 202)
        wait_until(lambda: int(self.rpc("eth_getBalance", account, "latest"), 16) > 0)

    def send(self, key: LocalAccount, transaction: Json) -> str:
        """Sign and send a transaction as `/v1/purchases` gives it, and wait until it is mined; its hash."""
        fields = {
            "type": transaction["type"],
            "chainId": transaction["chain_id"],
            "nonce": transaction["nonce"],
            "to": transaction["to"],
            "value": int(transaction["value"]),
            "data": transaction["data"],
            "gas": transaction["gas"],
            "maxFeePerGas": int(transaction["max_fee_per_gas"]),
            "maxPriorityFeePerGas": int(transaction["max_priority_fee_per_gas"]),
        }
        raw = key.sign_transaction(fields).raw_transaction.to_0x_hex()
        transaction_hash = cast("str", self.rpc("eth_sendRawTransaction", raw))
        wait_until(lambda: self.rpc("eth_getTransactionReceipt", transaction_hash) is not None)
        return transaction_hash

    def call(self, key: LocalAccount, to: str, data: str) -> str:
        """Send a contract call; its transaction's hash."""
        return self.send(
            key,
            {
                "type": 2,
                "chain_id": self.get("/v1/contracts")["chain_id"],
                "nonce": int(self.rpc("eth_getTransactionCount", key.address, "pending"), 16),
                "to": to,
                "value": "0",
                "data": data,
                "gas": 300_000,
                "max_fee_per_gas": str(10**10),
                "max_priority_fee_per_gas": str(10**9),
            },
        )

    def transfer_title(self, key: LocalAccount, work_id: str, to: str) -> None:
        """Move a title (ERC-721), and wait until the registry has seen it."""
        selector = keccak(b"transferFrom(address,address,uint256)")[:4]
        arguments = encode(["address", "address", "uint256"], [key.address, to, int(work_id, 16)])
        self.call(key, self.get("/v1/contracts")["work_registry"], "0x" + (selector + arguments).hex())
        wait_until(lambda: self.get(f"/v1/works/{work_id}")["title"]["holder"] == to)

    def state(self) -> tuple[list[Json], list[Json], list[list[Json]], int, list[str]]:
        """All that a refused request must leave alone: records, grants, offers, journal, uploads."""
        records = self.get("/v1/works", limit=100)["records"]
        grants = self.get("/v1/grants", limit=100)["grants"]
        offers = [self.get(f"/v1/works/{record['work_id']}/offers")["offers"] for record in records]
        with self.registry.read_work.store.read() as unit:
            entries = len(unit.journal.entries())
        for grant in grants:
            grant.pop("at"), grant.pop("at_unix")
        return records, grants, offers, entries, self.uploads()

    def uploads(self) -> list[str]:
        """Files of uploads that are still there."""
        return sorted(path.name for path in (self.registry.settings.data / "uploads").iterdir())


def new_key() -> LocalAccount:
    """A key that nothing else uses."""
    return cast("LocalAccount", Account.create())


def signed(key: LocalAccount, to_sign: Json) -> str:
    """The signature over the typed data in an answer."""
    return str(Account.sign_typed_data(key.key, full_message=to_sign["typed_data"]).signature.to_0x_hex())


def bearer(*tokens: str) -> dict[str, str]:
    """The header that presents receipt tokens."""
    return {"Authorization": f"Bearer {', '.join(tokens)}"}


def good(response: httpx.Response, status: int) -> Json:
    """The answer's JSON, of the status that is expected."""
    assert response.status_code == status, response.text
    return cast("Json", response.json())


def problem(response: httpx.Response, status: int, code: str) -> Json:
    """The answer's problem document, of the status and code that are expected."""
    document = cast("Json", response.json())
    assert (response.status_code, document["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert document["status"] == status
    assert document["type"] == f"urn:colophon:problem:{code}"
    assert document["title"]
    assert document["detail"]
    return document
