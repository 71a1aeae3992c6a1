"""More records wait for the chain than receipts can be shown at once: each is still seen by its claimant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.client.api import MAX_TOKENS
from tests.e2e.journey import picture
from tests.e2e.shell import Served, Shell
from tests.e2e.warm_shell import warm_shell

NO_ANCHOR = {"COLOPHON_ANCHOR_SECONDS": "86400", "COLOPHON_ANCHOR_LEAVES": "1000000"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A registry that anchors nothing while anybody looks."""
    served = Served(tmp_path_factory.mktemp("data") / "var", NO_ANCHOR)
    yield served
    served.stop()


@pytest.fixture
def shell(server: Served, tmp_path: Path) -> Iterator[Shell]:
    with warm_shell(tmp_path, server.url) as shell:
        shell.key("maker")
        yield shell


def pictures(folder: Path, numbers: range) -> list[str]:
    folder.mkdir()
    for number in numbers:
        (folder / f"{number:03}.png").write_bytes(picture(1000 + number))
    return [str(path) for path in sorted(folder.iterdir())]


def test_of_a_folder_with_more_works_than_can_be_shown_each_is_seen_by_its_claimant_alone(
    shell: Shell, tmp_path: Path
) -> None:
    count = MAX_TOKENS + 2
    pictures(tmp_path / "works", range(count))
    call = ("register", "--recursive", "works", "--creator", "A. Maker", "--no-wait", "--json")
    works = shell.run(*call).document()["works"]
    assert [one["waiting"] for one in works] == [True] * count
    assert not (shell.home / "keys" / "receipts").exists()
    for one in (works[0], works[count // 2], works[-1]):
        assert shell.run("show", one["work_id"]).word("status").startswith("pending")
    elsewhere = shell.run("show", works[0]["work_id"], COLOPHON_KEYS=str(tmp_path / "none"), code=1)
    assert "[not-found]" in elsewhere.err


def test_of_a_batch_with_more_works_than_can_be_shown_a_script_gets_all_in_one_document(
    shell: Shell, tmp_path: Path
) -> None:
    count = MAX_TOKENS + 2
    files = pictures(tmp_path / "batch", range(200, 200 + count))
    twin = tmp_path / "twin.png"
    twin.write_bytes(Path(files[0]).read_bytes())
    call = ("register", *files, str(twin), "--batch", "--creator", "A. Maker", "--yes", "--no-wait", "--json")
    said = shell.run(*call, code=1)
    told = json.loads(said.out)
    assert "[batch-incomplete]" in said.err
    assert len(told["records"]) == count
    assert [one["code"] for one in told["problems"]] == ["already-registered"]
    assert shell.run("show", told["records"][0]["work_id"]).word("status").startswith("pending")
