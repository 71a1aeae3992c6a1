from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from registry.log import (
    Checkpoint,
    SignedNote,
    SigningKey,
    VerifierKey,
    encode_entries,
    leaf_hash,
    open_checkpoint,
    verify_consistency,
)
from tests.unit.client.monitor.conftest import Watcher
from tests.unit.client.monitor.lying_log import KEY, LyingLog, leaves, root_over


def test_an_empty_log_is_no_trouble(watcher: Watcher) -> None:
    report = watcher.look()
    assert (report.size, report.troubles) == (None, [])


@pytest.mark.parametrize("sizes", [(1,), (3, 5), (256, 257), (255, 256, 600), (700, 66_000)])
def test_a_log_is_followed_leaf_by_leaf_as_it_grows(
    watcher: Watcher, log: LyingLog, sizes: tuple[int, ...]
) -> None:
    watcher.limits = type(watcher.limits)(growth=100_000)
    before = 0
    for size in sizes:
        log.hold(leaves(size))
        report = watcher.look()
        assert report.troubles == []
        assert (report.size, report.root, report.new_leaves) == (size, root_over(log.entries), size - before)
        before = size
    assert watcher.look().new_leaves == 0


def test_only_what_is_new_is_fetched(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(600))
    watcher.look()
    log.asked.clear()
    log.hold(leaves(800))
    watcher.look()
    assert [path for path in log.asked if "tile" in path] == [
        "/log/tile/entries/002.p/88".replace("/002.p/88", "/002"),
        "/log/tile/entries/003.p/32",
    ]


def test_what_a_stopped_attempt_had_fetched_is_not_fetched_again(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(1000))
    log.lie("/log/tile/entries/003.p/232", 503, b"")
    log.lie("/log/tile/entries/003", 503, b"")
    assert watcher.codes() == ["silent"]
    log.lies.clear()
    log.asked.clear()
    assert watcher.codes() == []
    assert [path for path in log.asked if "tile" in path] == ["/log/tile/entries/003.p/232"]


def test_what_a_lie_left_behind_is_fetched_again(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(600))
    log.lie("/log/tile/entries/000", 200, encode_entries(leaves(256, "false")))
    assert watcher.codes() == ["wrong-entries"]
    log.lies.clear()
    report = watcher.look()
    assert (report.size, report.troubles) == (600, [])


def test_two_roots_of_one_size_are_a_fork_with_both_notes_as_proof(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(299) + leaves(1, "false"))
    [fork] = watcher.look().troubles
    assert fork.kind == "fork"
    proof = proof_at(fork.facts["proof"])
    assert proof["beginning"] is None
    smaller, larger = states_in(proof)
    assert smaller.size == larger.size == 300
    assert smaller.root != larger.root


def test_a_larger_log_with_another_beginning_is_a_fork_that_anybody_can_check(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(10) + leaves(600, "false"))
    [fork] = watcher.look().troubles
    assert fork.kind == "fork"
    check_beginning(proof_at(fork.facts["proof"]))


def test_a_smaller_log_with_another_root_is_a_fork(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(200, "false"))
    [fork] = watcher.look().troubles
    assert fork.kind == "fork"
    check_beginning(proof_at(fork.facts["proof"]))


def test_a_fork_stays_told_when_the_log_is_honest_again_and_is_kept_once(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(300))
    watcher.look()
    for _ in range(3):
        log.hold(leaves(300, "false"))
        assert watcher.codes() == ["fork"]
    assert len(list((watcher.folder / "proofs").iterdir())) == 1
    log.hold(leaves(400))
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["fork"]
    assert report.size == 400


def test_a_smaller_checkpoint_than_one_seen_is_a_rewind(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(300), size=200)
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["rewind"]
    assert report.size == 300


def test_a_checkpoint_that_is_gone_is_a_rewind(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    watcher.look()
    log.hold([])
    assert watcher.codes() == ["rewind"]


@pytest.mark.parametrize("place", [0, 255, 256, 599])
def test_one_false_leaf_under_true_tiles_is_noticed(watcher: Watcher, log: LyingLog, place: int) -> None:
    log.hold(leaves(600))
    index = place // 256
    bundle = log.entries[index * 256 : (index + 1) * 256]
    bundle[place % 256] = bytes(32)
    width = "" if len(bundle) == 256 else f".p/{len(bundle)}"
    log.lie(f"/log/tile/entries/00{index}{width}", 200, encode_entries(bundle))
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["wrong-entries"]
    assert report.size is None


def test_old_leaves_that_are_served_otherwise_are_no_fork_while_the_tiles_hold(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(400))
    bundle = log.entries[256:400]
    bundle[0] = bytes(32)
    log.lie("/log/tile/entries/001.p/144", 200, encode_entries(bundle))
    assert watcher.codes() == ["wrong-entries"]
    log.lies.clear()
    assert watcher.codes() == []


def test_tiles_that_lead_to_no_signed_root_prove_no_fork(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    watcher.look()
    log.hold(leaves(600))
    log.lie("/log/tile/entries/001", 200, encode_entries(leaves(256, "false")))
    log.lie("/log/tile/0/000", 200, bytes(8192))
    log.lie("/log/tile/1/000.p/2", 200, bytes(64))
    assert watcher.codes() == ["wrong-entries"]
    assert not (watcher.folder / "proofs").exists()


def test_leaves_that_cannot_be_had_are_told(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    log.lie("/log/tile/entries/000", 404, b"")
    assert watcher.codes() == ["wrong-entries"]


def test_another_key_is_told_as_changed_and_its_checkpoint_is_not_believed(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(3))
    watcher.look()
    log.key = SigningKey(KEY.name, b"x" * 32)
    log.hold(leaves(4))
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["key-changed", "unverified-checkpoint"]
    assert report.size == 3


def test_a_key_that_is_given_outweighs_what_the_registry_names(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    own = SigningKey(KEY.name, b"x" * 32)
    assert watcher.codes(key=own.verifier_key) == ["key-changed", "unverified-checkpoint"]
    log.key = own
    assert watcher.codes() == []


def test_another_log_signed_by_the_same_key_is_not_this_one(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    watcher.look()
    other = SigningKey("other.example", KEY.seed)
    note = Checkpoint("other.example", 4, root_over(leaves(4))).sign([other]).encode()
    log.lie("/log/checkpoint", 200, note)
    assert watcher.codes() == ["unverified-checkpoint"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/log/checkpoint", b"no note"),
        ("/log/checkpoint", b"\xff" * 200),
        ("/log/tile/entries/000", b"\x00\x20" + bytes(31)),
        ("/log/tile/entries/000", encode_entries([bytes(33)] * 200)),
        ("/log/tile/entries/000", b""),
        ("/v1/log", b"[]"),
        ("/v1/log", b"{}"),
        ("/v1/log", b"[" * 60_000),
        ("/v1/log", b'{"account":' + b"9" * 50_000 + b"}"),
        ("/v1/contracts", b'{"chain_id": -1}'),
    ],
)
def test_what_is_no_answer_of_a_log_is_malformed(
    watcher: Watcher, log: LyingLog, path: str, body: bytes
) -> None:
    log.hold(leaves(300))
    log.lie(path, 200, body)
    assert watcher.codes(key=KEY.verifier_key) == ["malformed-answer"]


def test_a_checkpoint_over_more_leaves_than_are_wanted_is_not_followed(
    watcher: Watcher, log: LyingLog
) -> None:
    log.hold(leaves(3))
    log.lie("/log/checkpoint", 200, Checkpoint(KEY.name, 2**60, bytes(32)).sign([KEY]).encode())
    log.asked.clear()
    assert watcher.codes() == ["oversized-answer"]
    assert not [path for path in log.asked if "tile" in path]


def proof_at(path: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(str(path)).read_text())
    return found


def states_in(proof: dict[str, Any]) -> tuple[Checkpoint, Checkpoint]:
    key = VerifierKey.parse(proof["key"])
    smaller, larger = (open_checkpoint(SignedNote.parse(proof[name]), key) for name in ("smaller", "larger"))
    return smaller, larger


def check_beginning(proof: dict[str, Any]) -> None:
    """What a stranger does with the file and no more."""
    smaller, larger = states_in(proof)
    beginning = proof["beginning"]
    root, *way = (bytes.fromhex(one[2:]) for one in (beginning["root"], *beginning["proof"]))
    assert beginning["size"] == smaller.size
    verify_consistency(smaller.size, root, larger.size, larger.root, way)
    assert root != smaller.root


def test_leaf_hashes_are_those_of_the_specification() -> None:
    assert root_over([b""]) == leaf_hash(b"")
