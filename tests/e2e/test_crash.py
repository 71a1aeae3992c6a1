"""kill -9 of the server at named moments while a client registers: nothing acknowledged is lost or doubled.

Each round starts the real server with one moment and one count, drawn at random; it dies by SIGKILL from
inside when it reaches that moment for the count-th time, and the next round starts it again on the same data.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registry.client.api import ColophonClient
from registry.client.failures import ClientError
from tests.e2e.anvil import free_port
from tests.e2e.dying_server import MOMENTS
from tests.e2e.journey import Claimant, picture, settled, wait_for

DYING_SERVER = Path(__file__).with_name("dying_server.py")
ROUNDS = 30
# A registration commits some six units of work, and is in a block with others a second later.
MOST_PASSES = {
    "before-commit": 12,
    "after-commit": 12,
    "before-anchor": 2,
    "after-broadcast": 3,
    "after-mining": 2,
}
WAYS = ("log", "registerFor")
GIVE_UP_SECONDS = 40.0


@dataclass
class Ledger:
    """What the client was told."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # work id → receipt token
    deaths: dict[str, int] = field(default_factory=dict)
    interrupted: tuple[str, bytes] | None = None  # a draft and its signature, handed in and not answered
    via: str = WAYS[0]  # the way of the one that was handed in last


class DyingServer:
    """One life of the server, up to its moment."""

    def __init__(self, folder: Path, moment: str, count: int) -> None:
        self.port = free_port()
        self.log = (folder / "server.log").open("ab")
        command = [sys.executable, str(DYING_SERVER), moment, str(count), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(folder / "var")], stdout=self.log, stderr=self.log
        )
        self.url = f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it lives and answers."""
        try:
            with ColophonClient(self.url) as client:
                client.ready()
        except ClientError:
            return False
        return True

    def wait(self) -> bool:
        """True once it answers, False if it died before."""
        return wait_for(lambda: "answers" if self.answers() else self.dead()) == "answers"

    def dead(self) -> str | None:
        """The moment has come."""
        return "dead" if self.process.poll() is not None else None

    def end(self) -> int:
        """Its exit status, ended by a SIGTERM if it still lives."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=30)
        self.log.close()
        return status


@pytest.mark.timeout(540)
def test_every_acknowledged_registration_survives_thirty_kills_and_none_is_there_twice(
    tmp_path: Path,
) -> None:
    chance, ledger, claimant = random.Random(20261121), Ledger(), Claimant(7)  # noqa: S311  # repeatable
    moments = [MOMENTS[number % len(MOMENTS)] for number in range(ROUNDS)]
    chance.shuffle(moments)
    for number, moment in enumerate(moments):
        server = DyingServer(tmp_path, moment, chance.randint(1, MOST_PASSES[moment]))
        assert server.wait()
        server.process.send_signal(signal.SIGUSR1)
        _register_until_it_dies(server, claimant, ledger, tmp_path, number)
        _note_death(ledger, moment, server.end())
    assert sum(ledger.deaths.values()) == ROUNDS, ledger.deaths
    assert len(ledger.deaths) == len(MOMENTS)
    assert len(ledger.acknowledged) >= ROUNDS // 2
    _check(tmp_path, ledger)


def _register_until_it_dies(
    server: DyingServer, claimant: Claimant, ledger: Ledger, folder: Path, number: int
) -> None:
    until = time.monotonic() + GIVE_UP_SECONDS
    file = folder / "work.png"
    attempt = 0
    with ColophonClient(server.url) as client:
        try:
            while server.process.poll() is None and time.monotonic() < until:
                if ledger.interrupted is None:
                    attempt += 1
                    file.write_bytes(picture(number * 1000 + attempt))
                    ledger.interrupted = claimant.draft(client, file)
                    ledger.via = WAYS[attempt % len(WAYS)]
                _hand_in(client, ledger)
        except ClientError:
            if server.process.poll() is None:
                server.process.wait(timeout=10)


def _hand_in(client: ColophonClient, ledger: Ledger) -> None:
    """Hand in what is signed; again if an earlier life of the server died over it."""
    assert ledger.interrupted is not None
    draft_id, signature = ledger.interrupted
    answer = client.register(draft_id, signature, ledger.via)
    ledger.acknowledged[answer["record"]["work_id"]] = answer["receipt_token"]
    ledger.interrupted = None


def _note_death(ledger: Ledger, moment: str, status: int) -> None:
    if status == -9:
        ledger.deaths[moment] = ledger.deaths.get(moment, 0) + 1


def _check(folder: Path, ledger: Ledger) -> None:
    server = DyingServer(folder, "never", 1)
    leaves: list[int] = []
    try:
        assert server.wait()
        if ledger.interrupted:  # the last life may have kept what it could not acknowledge any more
            with ColophonClient(server.url) as client:
                _hand_in(client, ledger)
        with ColophonClient(server.url, ledger.acknowledged.values()) as client:
            for work_id in ledger.acknowledged:
                record = settled(client, work_id)
                happened = [item["what"] for item in client.history(work_id)["items"]]
                by_log = record["via"] == "log"
                assert happened.count("CheckpointAnchored" if by_log else "WorkRegistered") == 1
                leaves += [record["log"]["leaf_index"]] if by_log else []
            listed = _all_works(client)
        assert set(listed) == set(ledger.acknowledged)
        assert sorted(leaves) == list(range(len(leaves)))
        assert leaves
        assert len(listed) == len(set(listed.values())) == len(ledger.acknowledged)
    finally:
        assert server.end() == 0


def _all_works(client: ColophonClient) -> dict[str, str]:
    """Every work on chain with its content hash; each file was handed in under one claimant only."""
    found: dict[str, str] = {}
    cursor = None
    while True:
        page = client.works(limit="100", **({"cursor": cursor} if cursor else {}))
        for record in page["records"]:
            assert record["work_id"] not in found
            found[record["work_id"]] = record["declaration"]["content_hash"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
