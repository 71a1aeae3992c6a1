from __future__ import annotations

from datetime import timedelta

import pytest

from registry.model import Address
from tests.unit.client.monitor.conftest import Watcher
from tests.unit.client.monitor.lying_log import LyingLog, leaves


def test_anchors_that_the_log_explains_are_no_trouble(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(700))
    for size in (1, 256, 300, 512, 700):
        log.anchor(size)
    report = watcher.look()
    assert report.troubles == []
    assert report.anchored is not None
    assert (report.anchored.size, report.node) == (700, "registry")


def test_blocks_that_are_final_are_not_read_again(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    log.anchor(3)
    watcher.look()
    log.asked.clear()
    assert watcher.look().anchored is not None
    assert "eth_getLogs" not in log.asked


def test_an_anchor_of_a_root_that_the_log_never_had_is_told_in_every_look(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(300))
    log.anchor(100)
    log.anchor(200, root=bytes(32))
    log.anchor(300)
    for _ in range(3):
        assert watcher.codes() == ["unexplained-anchor"]


def test_an_anchor_over_more_leaves_than_are_shown_is_unexplained(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300), size=200)
    log.anchor(300)
    assert watcher.codes() == ["unexplained-anchor"]
    log.hold(leaves(300))
    assert watcher.codes() == []


def test_an_anchor_over_more_leaves_waits_while_the_log_is_away(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(200))
    watcher.look()
    log.anchor(300, root=bytes(32))
    log.lie("/log/checkpoint", 503, b"")
    assert watcher.codes(rpc=f"{log.url}/rpc") == ["silent"]
    log.lies.clear()
    assert watcher.codes(rpc=f"{log.url}/rpc") == ["unexplained-anchor"]


@pytest.mark.parametrize("counts", [(2,), (1, 3), (1, 1)])
def test_a_gap_in_the_count_of_anchors_is_told(
    watcher: Watcher, log: LyingLog, counts: tuple[int, ...]
) -> None:
    log.hold(leaves(300))
    for size, count in enumerate(counts, 1):
        log.anchor(size, count=count)
    assert watcher.codes() == ["anchors-missing"]


def test_growth_without_an_anchor_is_told_once_it_is_too_old(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(100))
    log.anchor(100)
    assert watcher.codes() == []
    log.hold(leaves(200))
    assert watcher.codes() == []
    watcher.now += timedelta(minutes=59)
    log.hold(leaves(250))
    assert watcher.codes() == []
    watcher.now += timedelta(minutes=2)
    assert watcher.codes() == ["unanchored"]
    log.anchor(200)
    assert watcher.codes() == []
    watcher.now += timedelta(minutes=61)
    assert watcher.codes() == ["unanchored"]
    log.anchor(250)
    assert watcher.codes() == []


def test_an_account_that_changes_is_told_and_not_followed(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    log.anchor(3)
    watcher.look()
    log.account = Address("0x" + "b2" * 20)
    assert watcher.codes() == ["account-changed"]


def test_a_node_of_another_chain_is_told(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    watcher.look()
    log.chain_id = 1
    assert watcher.codes() == ["account-changed", "wrong-chain"]


def test_a_chain_that_nobody_names_a_node_of_is_not_compared(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    log.chain_id = 1
    report = watcher.look()
    assert (report.troubles, report.node) == ([], None)
    assert watcher.look(rpc=f"{log.url}/rpc").node == "own"


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("eth_chainId", b"{}"),
        ("eth_chainId", b'{"result": 1}'),
        ("eth_blockNumber", b'{"result": "0xzz"}'),
        ("eth_getLogs", b'{"result": {}}'),
        ("eth_getLogs", b'{"result": [1]}'),
        ("eth_getLogs", b'{"result": [{"topics": [], "data": "0x"}]}'),
        ("eth_getLogs", b'{"error": {"code": -32000, "message": "no"}}'),
        ("eth_getLogs", b"[" + b" " * 5_000_000 + b"]"),
    ],
)
def test_a_node_without_an_answer_that_can_be_read_is_told(
    watcher: Watcher, log: LyingLog, method: str, body: bytes
) -> None:
    log.hold(leaves(3))
    log.anchor(3)
    log.lie(method, 200, body)
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["chain-unreadable"]
    assert report.size == 3


def test_a_registry_that_is_away_is_not_asked_for_its_chain(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    watcher.look()
    log.lie("/v1/log", 503, b"")
    log.asked.clear()
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["silent"]
    assert log.asked == ["/v1/log"]
    assert (report.size, report.heard_at) == (3, watcher.now)


def test_a_node_that_is_behind_what_was_final_is_told(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    log.anchor(1)
    log.anchor(3)
    watcher.look()
    log.head = 1
    assert watcher.codes() == ["chain-unreadable"]


def test_anchors_that_a_reorganisation_drops_are_no_trouble(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    log.final = 1
    log.anchor(100)
    log.anchor(200)
    assert watcher.codes() == []
    del log.anchors[1:]
    log.head = 1
    log.anchor(250, count=2)
    log.anchor(300)
    report = watcher.look()
    assert report.troubles == []
    assert report.anchored is not None
    assert (report.anchored.size, report.anchored.count) == (300, 3)


def test_a_node_that_does_not_know_what_is_final_is_read_again_from_far_below(
    watcher: Watcher, log: LyingLog
) -> None:
    log.lie("eth_getBlockByNumber", 200, b'{"error": {"code": -32601, "message": "unknown block"}}')
    log.hold(leaves(3))
    log.anchor(3)
    log.head = 100
    assert watcher.codes() == []
    log.asked.clear()
    assert watcher.codes() == []
    assert "eth_getLogs" in log.asked


def test_a_chain_that_lost_its_anchors_is_told(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    log.anchor(100)
    log.anchor(200)
    watcher.look()
    log.anchor(300, count=1)
    assert watcher.codes() == ["anchors-missing"]
