"""What a served log takes: declarations in batches and one by one, proofs, gas, evidence."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter_ns
from urllib.parse import urlsplit

import httpx

from logged.declarations import read_requests, write_requests
from logged.server import Server, running_server
from logged.timing import Figures, quickest, spread, timed
from registry.cli.told import contracts_told
from registry.client import ColophonClient, RpcClient
from registry.evidence import verify_bundle
from registry.log import TiledNodes, prove_inclusion
from registry.store import open_engine
from registry.store.log import SqlLog

BATCH = 100
SINGLES = 200
BUNDLES = 20
PATIENCE_SECONDS = 600.0


def measure_server(statements: int, proofs: int, seed: int, folder: Path) -> Figures:
    """The figures of a real server, over so many statements and those that come in one by one."""
    data, total = folder / "var", statements + SINGLES
    with running_server(data, total) as server, httpx.Client(base_url=server.url, timeout=60) as http:
        with ColophonClient(server.url) as client:
            contracts = contracts_told(client.contracts())
        requests = folder / "requests"
        write_requests(requests, total, BATCH, contracts)
        singles = folder / "singles"
        write_requests(singles, SINGLES, 1, contracts)
        figures: Figures = {"statements": total, "batch": BATCH, "rss_mb_start": server.rss_mb()}
        figures["singles_per_second"] = _accept(http, read_requests(singles), SINGLES)
        batches = _after(requests, SINGLES // BATCH)
        figures["accepted_per_second"] = _accept(http, batches, statements)
        figures["rss_mb"] = server.rss_mb()
        figures["gas_per_work"] = _gas(server, http, total)
        chosen = random.Random(seed).choices(range(total), k=proofs)  # noqa: S311  # a sample, no secret
        figures |= spread("proof_busy_ms", _proofs_over_http(server, chosen, total))
        _wait_until_listed(http, total - 1)
        figures |= spread("proof_ms", _proofs_over_http(server, chosen, total))
        figures["rss_mb_after_proofs"] = server.rss_mb()
        figures |= _bundles(http)
    return figures | _proofs_in_process(data, total, chosen)


def _after(requests: Path, left_out: int) -> Iterable[bytes]:
    """The requests after those whose declarations went in one by one."""
    return (line for number, line in enumerate(read_requests(requests)) if number >= left_out)


def _accept(http: httpx.Client, requests: Iterable[bytes], count: int) -> float:
    """Declarations a second, each acknowledged."""
    accepted = 0
    began = perf_counter_ns()
    for body in requests:
        answer = http.post("/v1/declarations", content=body, headers={"Content-Type": "application/json"})
        items = answer.raise_for_status().json()["items"]
        if not all(item["recorded"] for item in items):
            raise RuntimeError(str(next(item for item in items if not item["recorded"])))
        accepted += len(items)
    seconds = (perf_counter_ns() - began) / 1e9
    if accepted != count:
        raise RuntimeError(f"{accepted} declarations went in, not {count}")
    return count / seconds


def _gas(server: Server, http: httpx.Client, total: int) -> float:
    """Gas of the anchor over all of them, a statement."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        anchored = http.get("/v1/log").json()["anchored"]
        if anchored and anchored["size"] == total:
            with RpcClient(f"{server.url}/rpc") as node:
                return (node.gas_used(anchored["transaction_hash"]) or 0) / total
        time.sleep(0.2)
    raise RuntimeError("no anchor came over all statements")


def _wait_until_listed(http: httpx.Client, leaf_index: int) -> None:
    """Wait until a leaf's work is found: those of an anchor are made searchable in order, after it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if http.get("/v1/works", params={"leaf_index": leaf_index}).raise_for_status().json()["records"]:
            return
        time.sleep(0.2)
    raise RuntimeError("the last statement was never listed")


def _proofs_over_http(server: Server, indices: Sequence[int], size: int) -> list[int]:
    """Nanoseconds from each request to its whole answer, by one client that keeps its connection.

    The client is the standard library's: httpx takes longer over an answer than the server does.
    """
    connection = HTTPConnection(urlsplit(server.url).netloc)

    def ask(index: int) -> None:
        connection.request("GET", f"/v1/log/proof/inclusion?leaf_index={index}&size={size}")
        answer = connection.getresponse()
        if not answer.read() or answer.status != HTTPStatus.OK:
            raise RuntimeError(f"no proof of leaf {index}: {answer.status}")

    try:
        return [timed(partial(ask, index)) for index in indices]
    finally:
        connection.close()


def _bundles(http: httpx.Client) -> Figures:
    """The size of the newest records' evidence, and how long it takes to check one."""
    page = http.get("/v1/works", params={"limit": BUNDLES}).raise_for_status().json()
    paths = [f"/v1/works/{record['work_id']}/evidence" for record in page["records"]]
    bundles = [http.get(path).raise_for_status().content for path in paths]
    for bundle in bundles:
        if not verify_bundle(bundle).holds:
            raise RuntimeError("the evidence of a record does not hold")
    times = [quickest(partial(verify_bundle, bundle)) for bundle in bundles]
    verifying = spread("verify_ms", times)
    return {"bundle_bytes": max(map(len, bundles)), "verify_ms": verifying["verify_ms_p50"]}


def _proofs_in_process(data: Path, size: int, chosen: list[int]) -> Figures:
    """The same proofs from the store, without a server before it."""
    with open_engine(f"sqlite:///{data}/store.db").connect() as connection:
        nodes = TiledNodes(SqlLog(connection), size)
        times = [timed(partial(prove_inclusion, nodes, index, size)) for index in chosen]
        return spread("proof_in_process_ms", times)
