"""Making the views again is killed half-way: nobody is served half of them, and the same command goes on."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import httpx

from logged.declarations import read_requests, write_requests
from registry.chain.manifest import contracts_of, load_manifest
from tests.e2e.shell import COLOPHON, Served, Shell

DECLARED = 1200  # three steps of the journal


def test_a_killed_rebuild_is_gone_on_with(tmp_path: Path) -> None:
    served = Served(tmp_path / "var", {"COLOPHON_DECLARATIONS_PER_HOUR": "10000"})
    try:
        _declare(served, tmp_path / "requests")
        before = _answers(served.url)
    finally:
        served.stop()
    rebuild = ["sync", "--rebuild", "--data", str(served.data)]
    shell = Shell(tmp_path, served.url)
    replayed = _killed_half_way([*COLOPHON, *rebuild], shell, served.data / "store.db")
    refused = shell.run("serve", "--port", "0", "--data", str(served.data), code=1)
    assert "[rebuild-unfinished]" in refused.err

    told = shell.run(*rebuild)
    first = next(line for line in told.err.splitlines() if line.startswith("journal entries: "))
    assert int(first.split()[2].replace(",", "")) > replayed >= 500
    assert _mark(served.data / "store.db") is None
    served.process = served._start()
    try:
        assert _answers(served.url) == before
    finally:
        served.stop()


def _declare(served: Served, requests: Path) -> None:
    contracts = contracts_of(load_manifest(served.data / "deployment.json"))
    write_requests(requests, DECLARED, 100, contracts)
    with httpx.Client(base_url=served.url, timeout=60) as http:
        for body in read_requests(requests):
            answer = http.post("/v1/declarations", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 300, answer.text
        for _ in range(600):
            newest = http.get("/v1/works", params={"limit": 1, "leaf_index": DECLARED - 1}).json()["records"]
            if newest:
                return
            time.sleep(0.1)
    raise AssertionError("the last declaration was not dated in a minute")


def _answers(url: str) -> dict[str, bytes]:
    paths = (
        "/v1/works?limit=50",
        "/v1/works?leaf_index=0",
        f"/v1/works?leaf_index={DECLARED - 1}",
        "/v1/log",
    )
    with httpx.Client(base_url=url, timeout=60) as http:
        return {path: http.get(path).content for path in paths}


def _killed_half_way(command: list[str], shell: Shell, store: Path) -> int:
    """End a rebuild by a kill once it has put some of the journal back; how far it had come."""
    running = subprocess.Popen(
        command,
        cwd=shell.home,
        env=shell.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while running.poll() is None:
            if mark := _mark(store):
                running.send_signal(signal.SIGKILL)
                running.wait(timeout=30)
                return _mark(store) or mark
            time.sleep(0.002)
    finally:
        running.kill()
        running.wait(timeout=30)
    raise AssertionError("the rebuild ended before it could be killed")


def _mark(store: Path) -> int | None:
    reader = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        row = reader.execute("SELECT replayed FROM view_rebuild").fetchone()
    finally:
        reader.close()
    return None if row is None else int(row[0])
