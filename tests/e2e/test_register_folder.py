"""A folder of works: registered under one consent, killed, resumed, and counted at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.cli.folders.notebook import alone_in
from registry.client import ColophonClient
from registry.samples import samples
from registry.samples.alter import altered_picture
from tests.e2e.errands import file_of, register
from tests.e2e.journey import picture
from tests.e2e.lying_registry import lying_registry
from tests.e2e.shell import Served, Shell
from tests.e2e.warm_shell import warm_shell

UNPRIVILEGED = str(Path(__file__).with_name("unprivileged.py"))
PICTURES = 19
CUP = "coffee-cup.jpg"


@pytest.fixture(scope="module")
def shell(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with warm_shell(tmp_path_factory.mktemp("home"), server.url) as shell:
        for name in ("maker", "rival", "other"):
            shell.key(name)
        yield shell


def recursive(folder: Path, *more: str, key: str = "maker") -> tuple[str, ...]:
    return ("register", "--recursive", str(folder), "--creator", "A. Maker", "--key", key, *more)


def sample(name: str) -> bytes:
    return next(one.read() for one in samples() if one.file_name == name)


def works_of(url: str, claimant: str) -> list[Any]:
    """Every record of an account on chain."""
    with ColophonClient(url) as client:
        return client.works(claimant=claimant, limit="100").items_of("records")


def address(shell: Shell, name: str) -> str:
    return str({key["name"]: key["address"] for key in shell.run("keys", "list", "--json").document()}[name])


def pictures(folder: Path, numbers: range) -> None:
    """Files that can be registered."""
    for number in numbers:
        path = folder / f"set {number % 3}" / f"picture {number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(100 + number))


def difficult_files(shell: Shell, folder: Path) -> None:
    """Other kinds that can be registered, and one of each kind that cannot."""
    for name in ("prelude-in-c.wav", "chelsea-the-cat.jpg"):
        (folder / name).write_bytes(sample(name))
    (folder / "duplicate.png").write_bytes(picture(100))
    (folder / "program").write_bytes(b"\x7fELF\x02 not of a kind that is registered\n")
    (folder / "broken.png").write_bytes(picture(150)[:900])
    (folder / "empty.png").touch()
    (folder / "secret.png").write_bytes(picture(151))
    (folder / "secret.png").chmod(0)
    (folder / ".hidden.png").write_bytes(picture(152))
    (folder / "link.png").symlink_to("duplicate.png")
    (folder / "theirs.png").write_bytes(picture(160))
    (folder / "like theirs.jpg").write_bytes(altered_picture(sample(CUP)))
    for name, content in (("original.png", picture(160)), (CUP, sample(CUP))):
        register(shell, file_of(shell, name, content), "rival")


def killed(shell: Shell, served_url: str, folder: Path, moment: str, count: int) -> int:
    """Run it until the registry answers `moment` for the `count`th time, and kill it before it hears that."""
    passes = 0

    def bend(asked: str, _: dict[str, Any]) -> None:
        nonlocal passes
        passes += asked == moment
        if passes == count:
            process.kill()

    with lying_registry(served_url, bend) as (url, _):
        process = subprocess.Popen(
            [sys.executable, UNPRIVILEGED, *recursive(folder, "--url", url)],
            cwd=shell.home,
            env=shell.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return process.wait(timeout=120)


def finished(shell: Shell, folder: Path, *more: str) -> dict[str, Any]:
    """Run it to its end; what it tells a script."""
    done = subprocess.run(
        [sys.executable, UNPRIVILEGED, *recursive(folder, "--json", *more)],
        cwd=shell.home,
        env=shell.variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 1, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_folder_that_was_killed_twice_is_registered_once(
    server: Served, shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "works"
    pictures(folder, range(8))
    assert killed(shell, server.url, folder, "/v1/works/batch", 1) == -9
    maker = address(shell, "maker")
    pictures(folder, range(8, PICTURES))
    difficult_files(shell, folder)
    assert sum(len(files) for _, _, files in os.walk(folder)) == 30
    assert killed(shell, server.url, folder, "/v1/drafts", 3) == -9
    told = finished(shell, folder)

    works = works_of(server.url, maker)
    assert len(works) == PICTURES + 2
    assert len({work["declaration"]["content_hash"] for work in works}) == len(works)
    assert {one["work_id"] for one in told["works"]} == {work["work_id"] for work in works}
    assert [one["waiting"] for one in told["works"]] == [False] * len(works)
    assert told["counts"]["registered"] + told["counts"]["registered-before"] == PICTURES + 2
    assert {one["file"]: one["code"] for one in told["refused"]} == {
        "broken.png": "undecodable-media",
        "empty.png": "empty-file",
        "program": "unsupported-media",
        "theirs.png": "needs-an-answer",
        "like theirs.jpg": "needs-an-answer",
        "duplicate.png": "same-bytes",
    }
    assert {one["file"]: one["code"] for one in told["left_out"]} == {
        ".hidden.png": "hidden-file",
        "link.png": "symbolic-link",
        "secret.png": "unreadable",
    }
    again = finished(shell, folder)
    assert again["counts"] | {"registered": 0, "registered-before": PICTURES + 2} == again["counts"]
    assert again["refused"] == told["refused"]
    assert len(works_of(server.url, maker)) == PICTURES + 2


def test_a_manifest_says_what_the_works_are_and_all_matches_are_answered_alike(
    server: Served, shell: Shell, tmp_path: Path
) -> None:
    folder, other = tmp_path / "works", address(shell, "other")
    (folder / "more").mkdir(parents=True)
    register(shell, file_of(shell, "launch.jpg", sample("falcon-9-launch.jpg")), "rival")
    (folder / "same.jpg").write_bytes(sample("falcon-9-launch.jpg"))
    (folder / "more" / "like.jpg").write_bytes(altered_picture(sample("falcon-9-launch.jpg")))
    (folder / "own.png").write_bytes(picture(200))
    (folder / "unnamed.png").write_bytes(picture(201))
    table = folder / "works.csv"
    table.write_text("file,title,creators,year\nown.png,Mine,B. Maker,1999\nsame.jpg,,,\nmore/like.jpg,,,\n")
    call = (*recursive(folder, key="other"), "--manifest", str(table))

    left = shell.run(*call, code=1)
    assert "1 work registered" in left.out
    assert "2 [needs-an-answer]" in left.out
    assert "[not-in-manifest]" in left.out
    (own,) = works_of(server.url, other)
    assert (own["work"]["title"], own["work"]["year"]) == ("Mine", 1999)
    assert own["work"]["creators"] == [{"name": "B. Maker"}]

    seen = shell.run(*call, "--answer-all", "acknowledged", code=1)
    assert "1 [needs-an-answer] identical to" in seen.out
    assert len(works_of(server.url, other)) == 2
    shell.run(*call, "--answer-all", "adverse-claim")
    assert len(works_of(server.url, other)) == 3

    (folder / "own.png").touch()
    (folder / "more" / "like.jpg").rename(folder / "unnamed.png")
    (folder / "same.jpg").write_bytes(picture(202))
    table.write_text("file\nown.png\nunnamed.png\nsame.jpg\n")
    changed = shell.run(*call)
    assert "2 written to since they were registered" in changed.err
    assert "1 work registered" in changed.out
    assert "[same-bytes] the same bytes as more/like.jpg" in changed.out
    assert f"work {own['work_id']}" in changed.out
    assert len(works_of(server.url, other)) == 4


def test_a_folder_that_another_command_is_at_is_left_to_it(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(picture(300))
    with alone_in(tmp_path, shell.home / "keys"):
        said = shell.run(*recursive(tmp_path), code=1)
    assert f"(process {os.getpid()}) [folder-in-use]" in said.err


def test_a_registry_that_proposes_other_statements_gets_no_more_signatures(
    server: Served, shell: Shell, tmp_path: Path
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(picture(310 + number))

    def bend(asked: str, answer: dict[str, Any]) -> None:
        if asked.endswith("/answers"):
            answer["typed_data"]["message"]["declaration"]["contentHash"] = "0x" + "ab" * 32

    with lying_registry(server.url, bend) as (url, passed):
        said = shell.run(*recursive(tmp_path, "--url", url), code=1)
    assert "nothing was signed: the SHA-256 of the file should be" in said.err
    assert "[dishonest-registry]" in said.err
    assert "3" in said.word("not reached")
    assert "POST /v1/works/batch" not in passed


def test_a_registry_that_is_restarted_meanwhile_is_waited_for(shell: Shell, tmp_path: Path) -> None:
    served = Served(tmp_path / "var")
    works = tmp_path / "works"
    works.mkdir()
    for number in range(6):
        (works / f"{number}.png").write_bytes(picture(320 + number))
    restarted: list[threading.Thread] = []

    def bend(asked: str, _: dict[str, Any]) -> None:
        if asked == "/v1/drafts" and not restarted:
            restarted.append(threading.Thread(target=served.restart))
            restarted[0].start()

    try:
        with lying_registry(served.url, bend) as (url, _):
            told = shell.run(*recursive(works, "--url", url, "--json")).document()
        restarted[0].join()
        assert told["counts"]["registered"] == 6
        assert len(works_of(served.url, address(shell, "maker"))) == 6
    finally:
        served.stop()
