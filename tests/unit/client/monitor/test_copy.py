from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from registry.client.monitor import MonitorFolder, TroubleError
from tests.unit.client.monitor.conftest import Watcher
from tests.unit.client.monitor.lying_log import KEY, LyingLog, leaves, root_over


def test_the_copy_is_a_log_of_its_own_behind_any_file_server(
    watcher: Watcher, log: LyingLog, tmp_path: Path
) -> None:
    second = Watcher(tmp_path / "second", log)
    for size in (3, 256, 300, 1200):
        log.hold(leaves(size))
        watcher.look()
        with file_server(watcher.folder / "log") as url:
            report = second.look(url=url, key=KEY.verifier_key, tiles_only=True)
        assert report.troubles == []
        assert (report.size, report.root) == (size, root_over(log.entries))


def test_static_files_need_a_key_to_begin_with(watcher: Watcher, log: LyingLog) -> None:
    assert watcher.codes(url=f"{log.url}/log", tiles_only=True) == ["key-changed"]


def test_narrower_tiles_go_two_checkpoints_later(watcher: Watcher, log: LyingLog) -> None:
    for size in range(3, 10):
        log.hold(leaves(size))
        watcher.look()
    partial = {path.name for path in (watcher.folder / "log" / "tile").rglob("*.p/*")}
    assert partial == {"8", "9"}


def test_a_damaged_copy_is_told_and_not_built_on(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(300))
    watcher.look()
    tile = watcher.folder / "log" / "tile" / "0" / "001.p" / "44"
    tile.write_bytes(bytes(44 * 32))
    log.hold(leaves(400))
    report = watcher.look()
    assert [trouble.kind for trouble in report.troubles] == ["damaged-copy"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"[" * 100_000, b'{"format": "colophon.monitor/1"}'])
def test_a_damaged_memory_is_told(watcher: Watcher, log: LyingLog, content: bytes) -> None:
    log.hold(leaves(3))
    watcher.look()
    (watcher.folder / "monitor.json").write_bytes(content)
    with pytest.raises(TroubleError, match="put it aside"):
        watcher.look()


def test_a_folder_is_one_monitor_s_at_a_time(watcher: Watcher) -> None:
    with (
        MonitorFolder(watcher.folder),
        pytest.raises(TroubleError, match="another monitor"),
        MonitorFolder(watcher.folder),
    ):
        pass
    watcher.look()


def test_a_disk_that_refuses_is_told(watcher: Watcher, log: LyingLog) -> None:
    log.hold(leaves(3))
    watcher.look()
    (watcher.folder / "log" / "tile" / "entries" / "000.p" / "5.new").mkdir()
    log.hold(leaves(5))
    assert watcher.codes() == ["copy-failed"]


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """Python's own, which knows nothing of logs."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
