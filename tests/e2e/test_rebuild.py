"""`colophon sync --rebuild` drops the views; the server then gives byte-equal answers."""

from __future__ import annotations

from pathlib import Path

import httpx

from registry.client.api import ColophonClient
from registry.client.rpc import RpcClient
from registry.samples import samples
from tests.e2e.journey import Claimant, picture, settled, sign, wait_for
from tests.e2e.shell import Served, Shell


def test_a_rebuild_gives_byte_equal_answers_offers_and_pending_records_included(tmp_path: Path) -> None:
    served = Served(tmp_path / "var")
    try:
        paths, tokens = _live_a_little(served.url, tmp_path)
        before = _answers(served.url, paths, tokens)
        assert all(status == httpx.codes.OK for status, _ in before.values()), before
        served.stop()
        told = Shell(tmp_path, served.url).run("sync", "--rebuild", "--data", str(served.data))
        assert told.code == 0
        served.process = served._start()
        assert _answers(served.url, paths, tokens) == before
    finally:
        served.stop()


def _live_a_little(url: str, folder: Path) -> tuple[list[str], list[str]]:
    """Two claims of one picture, a sound, an offer that is bought, one that is not, a pending work."""
    one, two = Claimant(1), Claimant(2)
    shot, tune, late = folder / "shot.png", folder / "tune.wav", folder / "late.png"
    shot.write_bytes(picture(1))
    tune.write_bytes(next(sample for sample in samples() if sample.media_type.startswith("audio")).read())
    late.write_bytes(picture(2))
    with ColophonClient(url) as client, RpcClient(f"{url}/rpc") as node:
        works = [
            _register(client, one, shot, "log"),  # its title comes with the licence that is bought
            _register(client, one, tune, "registerFor"),
            _register(client, two, shot, "log"),
        ]
        offers = [_publish(client, one, works[0], price) for price in (10**15, 2 * 10**15)]
        grant_id = _buy(client, node, two, offers[0])
        draft_id, signature = one.draft(client, late)
        pending = client.register(draft_id, signature, "register")
    work_id = pending["record"]["work_id"]
    paths = [
        "/v1/works?limit=2",
        "/v1/works?text=shot",
        *(f"/v1/works/{each}{leaf}" for each in works for leaf in ("", "/history", "/offers", "/metadata")),
        *(f"/v1/works/{works[place]}/inclusion" for place in (0, 2)),
        "/v1/works?leaf_index=1",
        "/v1/log",
        "/v1/log/anchors",
        "/log/checkpoint",
        "/log/tile/0/000.p/2",
        f"/v1/works/{work_id}",
        f"/v1/works/{work_id}/history",
        *(f"/v1/offers/{offer}" for offer in offers),
        f"/v1/grants/{grant_id}?at=1800000000",
    ]
    return paths, [pending["receipt_token"]]


def _register(client: ColophonClient, claimant: Claimant, file: Path, via: str) -> str:
    answer = claimant.register(client, file, via)
    work_id = str(answer["record"]["work_id"])
    client.present([answer["receipt_token"]])
    settled(client, work_id)
    return work_id


def _publish(client: ColophonClient, licensor: Claimant, work_id: str, price: int) -> str:
    chosen = {
        "work_id": work_id,
        "licensor": licensor.account.address,
        "terms": "editorial",
        "price_wei": str(price),
        "duration_seconds": 86_400,
    }
    ready = client.prepare_offer(chosen)
    published = client.publish_offer(
        ready["offer"], ready["terms"], sign(licensor.account, ready["typed_data"])
    )
    return str(published["offer_hash"])


def _buy(client: ColophonClient, node: RpcClient, buyer: Claimant, offer_hash: str) -> str:
    address = buyer.account.address
    client.faucet(address)
    wait_for(lambda: node.balance(address) > 0)
    asked = client.prepare_purchase(offer_hash, address, address, 10**15)["transaction"]
    fields = {
        "type": 2,
        "chainId": asked["chain_id"],
        "nonce": asked["nonce"],
        "to": asked["to"],
        "value": int(asked["value"]),
        "data": asked["data"],
        "gas": asked["gas"],
        "maxFeePerGas": int(asked["max_fee_per_gas"]),
        "maxPriorityFeePerGas": int(asked["max_priority_fee_per_gas"]),
    }
    sent = node.send(bytes(buyer.account.sign_transaction(fields).raw_transaction))
    [grant] = wait_for(lambda: client.grants(licensee=address)["grants"] and client.purchase(sent)["grants"])
    return str(grant["grant_id"])


def _answers(url: str, paths: list[str], tokens: list[str]) -> dict[str, tuple[int, bytes]]:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {','.join(tokens)}"}) as http:
        answers = {path: http.get(path) for path in paths}
    return {path: (answer.status_code, answer.content) for path, answer in answers.items()}
