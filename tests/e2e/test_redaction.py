"""Redaction from a shell, and a kill -9 between its commit and the deletion of its blobs."""

from __future__ import annotations

import signal
import zlib
from pathlib import Path

import pytest
from eth_account import Account

from registry.client import ColophonClient, LostRegistryError
from tests.e2e.journey import picture, settled, sign
from tests.e2e.shell import Served, Shell
from tests.e2e.test_crash import DyingServer
from tests.e2e.warm_shell import warm_shell

TITLE = "Tideline at Dusk"


def blobs_of(data: Path) -> list[Path]:
    """Previews and deposit copies: what is a picture among the blobs."""
    files = (path for path in (data / "blobs").rglob("*") if path.is_file())
    return [path for path in files if path.read_bytes()[:4] in (b"\xff\xd8\xff\xe0", b"\x89PNG")]


def files_that_hold(data: Path, text: str) -> list[Path]:
    forms = (text.encode(), text.casefold().encode())
    files = (path for path in data.rglob("*") if path.is_file())
    return [path for path in files if any(form in path.read_bytes() for form in forms)]


def test_a_kill_right_after_the_commit_leaves_no_blob_after_the_restart(tmp_path: Path) -> None:
    data, account = tmp_path / "var", Account.create()
    file = tmp_path / "work.png"
    file.write_bytes(picture(1))
    server = DyingServer(tmp_path, "before-deletion", 1)
    assert server.wait()
    server.process.send_signal(signal.SIGUSR1)
    with ColophonClient(server.url) as client:
        facts = {"title": TITLE, "creators": [{"name": "A. Claimant"}]}
        drafted = client.prepare_draft(file, account.address, facts, keep_preview=True, keep_deposit=True)
        ready = client.answer_draft(drafted["draft_id"], {})
        told = client.register(drafted["draft_id"], sign(account, ready["typed_data"]), "log")
        work_id = told["record"]["work_id"]
        client.present([told["receipt_token"]])
        settled(client, work_id)
        assert len(blobs_of(data)) == 2
        made = client.prepare_redaction(work_id)
        signature = sign(account, made["typed_data"])
        with pytest.raises(LostRegistryError):
            client.redact(work_id, made["redaction"], signature)
    assert server.end() == -signal.SIGKILL
    assert len(blobs_of(data)) == 2
    server = DyingServer(tmp_path, "never", 1)
    try:
        assert server.wait()
        with ColophonClient(server.url) as client:
            record = client.work(work_id)
            assert record["work"]["redacted"] is True
            assert record["work"]["has_preview"] is False
            assert client.redact(work_id, made["redaction"], signature)["work_id"] == work_id
        assert blobs_of(data) == []
        assert files_that_hold(data, TITLE) == []
    finally:
        assert server.end() == 0


def test_a_claimant_erases_a_title_from_a_shell_and_is_asked_first(server: Served, tmp_path: Path) -> None:
    with warm_shell(tmp_path, server.url) as shell:
        shell.key("owner")
        work_id = _registered(shell, tmp_path)
        refused = shell.run("redact", work_id, "--key", "owner", code=1)
        assert "--yes" in refused.err
        assert TITLE in shell.run("show", work_id).out
        said = shell.run("redact", work_id, "--key", "owner", "--yes")
        assert "Nobody can bring them back" in said.err
        assert "I ask the registry to erase for good" in said.err
        assert said.word("in the log").startswith("leaf ")
        shown = shell.run("show", work_id).out
        assert "Redacted: title and creators were erased" in shown
        assert TITLE not in shown
        again = shell.run("redact", work_id, "--key", "owner", "--yes", code=1)
        assert "redacted" in again.err


def test_a_strangers_key_erases_nothing(server: Served, tmp_path: Path) -> None:
    with warm_shell(tmp_path, server.url) as shell:
        shell.key("owner")
        shell.key("stranger")
        work_id = _registered(shell, tmp_path)
        refused = shell.run("redact", work_id, "--key", "stranger", "--yes", code=1)
        assert "invalid-signature" in refused.err
        assert TITLE in shell.run("show", work_id).out


def _registered(shell: Shell, folder: Path) -> str:
    file = folder / "work.png"
    file.write_bytes(picture(zlib.crc32(str(folder).encode())))
    said = shell.run("register", str(file), "--title", TITLE, "--creator", "A. Claimant", "--key", "owner")
    return said.word("work")
