from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.body_limit import DRAIN_BYTES, FORM_BYTES, JSON_BYTES
from api.uploads import LEFT_OVER_SECONDS, remove_left_over
from registry.settings import Settings
from tests.api.house import MAX_UPLOAD_BYTES, House, good, picture, problem

BOUNDARY = "boundary-of-the-test"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def part(name: str, value: bytes, file_name: str | None = None) -> bytes:
    """One part of a form."""
    named = "" if file_name is None else f'; filename="{file_name}"'
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


END = f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture(autouse=True)
def nothing_stays(at_home: House) -> Iterator[None]:
    """Whatever happened, no upload is left."""
    yield
    assert at_home.uploads() == []


def test_a_file_of_exactly_the_limit_is_read(at_home: House) -> None:
    answer = at_home.client.post("/v1/verifications", files={"file": ("x", bytes(MAX_UPLOAD_BYTES))})

    problem(answer, 415, "unsupported-media")


def test_a_file_of_one_byte_more_is_refused(at_home: House) -> None:
    answer = at_home.client.post("/v1/verifications", files={"file": ("x", bytes(MAX_UPLOAD_BYTES + 1))})

    assert problem(answer, 413, "file-too-large")["limit_bytes"] == MAX_UPLOAD_BYTES


def test_a_far_larger_file_is_refused_before_it_is_kept(at_home: House) -> None:
    answer = at_home.client.post(
        "/v1/verifications", files={"file": ("x", bytes(MAX_UPLOAD_BYTES + 2 * FORM_BYTES))}
    )

    problem(answer, 413, "file-too-large")


def test_a_body_without_a_length_is_counted_as_it_comes(at_home: House) -> None:
    def chunks() -> Iterator[bytes]:
        yield part("file", b"", "x")[:-2]
        for _ in range(MAX_UPLOAD_BYTES // FORM_BYTES + 2):
            yield bytes(FORM_BYTES)

    answer = at_home.client.post("/v1/verifications", content=chunks(), headers=FORM)

    problem(answer, 413, "file-too-large")


def test_a_length_that_lies_is_refused_without_waiting_for_the_rest(at_home: House) -> None:
    """A client that promises more than the limit, sends a little, and stops sending."""
    promised = MAX_UPLOAD_BYTES + FORM_BYTES + DRAIN_BYTES
    head = (
        f"POST /v1/verifications HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM['content-type']}\r\n"
        f"Content-Length: {promised}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(
        (at_home.client.base_url.host, at_home.client.base_url.port or 0), 30
    ) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb").readline()

    assert b" 413 " in answer


def test_a_client_that_hangs_up_leaves_nothing(at_home: House) -> None:
    head = (
        f"POST /v1/verifications HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM['content-type']}\r\n"
        f"Content-Length: {2 * FORM_BYTES}\r\n\r\n"
    )
    with socket.create_connection(
        (at_home.client.base_url.host, at_home.client.base_url.port or 0), 30
    ) as connection:
        connection.sendall(head.encode() + part("file", bytes(1000), "x"))

    good(at_home.client.post("/v1/verifications", files={"file": ("x", picture(4))}), 200)


def test_a_document_over_a_mebibyte_is_refused(at_home: House) -> None:
    answer = at_home.client.post(
        "/v1/faucet", content=b'"' + b"a" * JSON_BYTES + b'"', headers={"content-type": "application/json"}
    )

    assert problem(answer, 413, "body-too-large")["limit_bytes"] == JSON_BYTES


def test_a_form_without_a_file_is_told_so(at_home: House) -> None:
    document = problem(
        at_home.client.post("/v1/verifications", data={"note": "no file"}), 422, "invalid-request"
    )

    assert document["errors"][0]["loc"] == ["body", "file"]


def test_a_file_sent_as_text_is_told_so(at_home: House) -> None:
    answer = at_home.client.post("/v1/verifications", content=part("file", b"text") + END, headers=FORM)

    problem(answer, 422, "invalid-request")


def test_two_files_are_refused(at_home: House) -> None:
    files = [("file", ("a", picture(4))), ("file", ("b", picture(5)))]

    assert (
        "Too many files"
        in problem(at_home.client.post("/v1/verifications", files=files), 400, "bad-request")["detail"]
    )


def test_a_form_that_is_cut_short_is_refused(at_home: House) -> None:
    answer = at_home.client.post(
        "/v1/verifications", content=part("file", picture(4), "x")[:-400], headers=FORM
    )

    assert problem(answer, 422, "invalid-request")["errors"][0]["msg"] == "the body is cut short"


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", ""]
)
def test_a_form_without_its_boundary_is_refused(at_home: House, content_type: str) -> None:
    answer = at_home.client.post(
        "/v1/verifications",
        content=part("file", picture(4), "x") + END,
        headers={"content-type": content_type},
    )

    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/escaped",
        "/etc/passwd",
        "a\\b",
        "nul\x00byte",
        "\u202egpj.exe",
        "a" * 250,
        "'; drop table journal; --",
        "-rf",
    ],
)
def test_a_file_may_have_any_name(at_home: House, name: str) -> None:
    answer = at_home.client.post(
        "/v1/verifications", content=part("file", picture(4), name) + END, headers=FORM
    )

    assert good(answer, 200)["medium"] == "image"


def test_a_name_as_long_as_a_page_is_refused(at_home: House) -> None:
    answer = at_home.client.post(
        "/v1/verifications", content=part("file", picture(4), "a" * 50_000) + END, headers=FORM
    )

    problem(answer, 400, "bad-request")


def test_an_upload_is_readable_by_nobody_else(at_home: House) -> None:
    folder = at_home.registry.settings.data / "uploads"

    assert folder.stat().st_mode & 0o077 == 0


def test_what_a_killed_process_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    settings = Settings.for_folder(tmp_path)
    folder = tmp_path / "uploads"
    folder.mkdir()
    old, new = folder / "upload-old", folder / "upload-new"
    old.write_bytes(b"left over")
    new.write_bytes(b"being read by another process")
    long_ago = time.time() - LEFT_OVER_SECONDS - 1
    os.utime(old, (long_ago, long_ago))

    remove_left_over(settings)

    assert list(folder.iterdir()) == [new]


def test_a_draft_keeps_no_file_unless_it_is_asked_to(at_home: House) -> None:
    blobs = Path(at_home.registry.settings.blobs.removeprefix("file://"))
    data = at_home.new_picture()

    at_home.draft("0x" + "12" * 20, data)

    kept = [path for path in blobs.rglob("*") if path.is_file() and path.stat().st_size == len(data)]
    assert all(path.read_bytes() != data for path in kept)


def test_answers_are_not_kept_by_anything_in_between(at_home: House) -> None:
    answer: httpx.Response = at_home.client.get("/v1/works")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
