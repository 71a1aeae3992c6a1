"""Files of text: which kind each is, what is read of it, and what hostile ones end in."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import MediaTooLargeError, RegistryError, UndecodableMediaError, UnsupportedMediaError
from registry.fingerprint import text_decoding, text_docx, text_html, text_limits, text_pdf
from registry.fingerprint.detect import detect
from registry.fingerprint.text_sniffing import DOCX, HTML, MARKDOWN, PDF, PLAIN, media_type
from tests.media.media_files import extract
from tests.media.text_files import archive, document_xml, docx, html, ideographs, pdf, prose

JAPANESE = "".join(each for each in ideographs(1) if not "\u4e00" <= each <= "\u9fff") + "\u65e5\u672c\u8a9e"


def _encrypted(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Plain words.\n", PLAIN),
        (JAPANESE.encode(), PLAIN),
        (JAPANESE.encode("utf-16"), PLAIN),
        (b"\xef\xbb\xbfwith a mark", PLAIN),
        ("in wide characters".encode("utf-16-be"), PLAIN),
        ("Äpfel und Bäume ".encode("latin-1"), PLAIN),
        (JAPANESE.encode("shift-jis"), PLAIN),
        (b'{"a": 1}', PLAIN),
        (b"#!/bin/sh\n# a comment\n", PLAIN),
        (b"## A heading\n\nand words", MARKDOWN),
        (b"a [link](http://host.example/path) in words", MARKDOWN),
        (b"Heading\n=======\n", MARKDOWN),
        (b"<!doctype html><p>", HTML),
        (b"\n<!-- a comment --><HTML lang='ja'>", HTML),
        (b'<?xml version="1.0"?><html xmlns="x">', HTML),
        (b"<p>words", HTML),
        (b"<note>words</note>", PLAIN),
        (b"%PDF-1.4\n", PDF),
        (docx("words"), DOCX),
        (b"PK\x03\x04 some other archive", None),
        (b"\x7fELF\x02\x01\x01\0\0\0", None),
        (b"words and \0 a zero byte", None),
        (b"words and \x1f a control character", None),
        (bytes(range(256)) * 4, None),
        (bytes(4096), None),
        (b"\xff\xfe\x00\xd8\x00\xd8\x00\xd8", None),
        (b"\x80\x81\x82", None),
        (b"", None),
    ],
)
def test_texts_are_known_by_their_first_bytes(head: bytes, expected: str | None) -> None:
    assert media_type(head) == expected


def test_a_head_that_ends_within_a_character_is_text() -> None:
    assert media_type(("é" * 2048).encode()[:4095]) == PLAIN


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_of_one_kind_or_refused(head: bytes) -> None:
    try:
        medium, found = detect(head)
    except UnsupportedMediaError:
        return
    assert medium.sniff(head) == found


@pytest.mark.parametrize("data", [prose(1).encode(), html(prose(1)), docx(prose(1)), pdf(prose(1))])
def test_one_text_has_one_fingerprint_in_every_kind_of_file(tmp_path: Path, data: bytes) -> None:
    plain, found = extract(tmp_path, prose(1).encode()), extract(tmp_path, data)
    assert found.feature("text-grams/1") == plain.feature("text-grams/1")
    assert found.code("iscc-text/0") is not None
    assert found.preview is None


def test_a_pdf_tells_its_pages(tmp_path: Path) -> None:
    assert extract(tmp_path, pdf(prose(1, sentences=100))).facts["pages"] == 3


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>one<p>two", "\none\ntwo"),
        ("a<b>b</b>c", "abc"),
        ("x<script>no <p> text</script>y<style>p{}</style>z", "x\ny\nz"),
        ("a &amp; &lt;b&gt; &eacute;", "a & <b> é"),
        ('<a title="1 > 0">words</a>', "words"),
        ("<!-- no > text -->words<!-- left open", "words"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("it's <i>Peter's</i>", "it's Peter's"),
        ("<template><p>none</p></template>some", "some"),
        ("<div", ""),
        ('words<a href="left open>', "words"),
        ("<SCRIPT>x</Script >y", "\ny"),
    ],
)
def test_what_is_read_of_a_page(page: str, words: str) -> None:
    assert text_html.read(page).strip("\n") == words.strip("\n")


@pytest.mark.parametrize(
    "page",
    [
        "<!--",
        "<",
        "&",
        "<a ",
        '<a b="',
        "</",
        "<script>",
        "<![",
        "<?",
        "</script ",
        "<b>",
        "<p>",
        "'<a",
        '=" <a ',
    ],
)
def test_a_page_of_one_piece_over_and_over_takes_one_pass(page: str) -> None:
    text_html.read("<html>" + page * 200_000)


@given(st.text("<>!-/= '\"abscriptp&;\n"))
def test_any_page_is_read(page: str) -> None:
    assert len(text_html.read(page)) <= 2 * len(page)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("Shift_JIS", "shift-jis"), ("euc-jp", "euc-jp"), ("utf-8", "utf-8")],
)
def test_a_page_may_declare_an_older_encoding(tmp_path: Path, declared: str, codec: str) -> None:
    path = tmp_path / "page"
    page = f'<html><meta charset="{declared}"><p>{JAPANESE}</p>'.encode(codec)
    assert media_type(page) == HTML
    path.write_bytes(page)
    assert JAPANESE in text_decoding.read(path, HTML)


def test_addresses_of_links_are_not_read_and_offsets_stay(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("A [link](http://host.example) and words")
    read = text_decoding.read(path, MARKDOWN)
    assert read.split() == ["A", "[link](", ")", "and", "words"]
    assert read.index("words") == 34


def test_a_document_is_read_with_its_notes_and_without_what_was_deleted(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>kept</w:t><w:tab/><w:delText>deleted</w:delText></w:r></w:p>"
    path = tmp_path / "document"
    path.write_bytes(
        docx("", document=document_xml(body), footnotes=document_xml("<w:p><w:t>a note</w:t></w:p>"))
    )
    assert text_docx.read(path) == "kept\t\na note\n"


def test_what_stands_for_older_readers_is_not_read_twice(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = f'<mc:a xmlns:mc="{space}"><w:t>once</w:t><mc:Fallback><w:t>once</w:t></mc:Fallback></mc:a>'
    path = tmp_path / "document"
    path.write_bytes(docx("", document=document_xml(body)))
    assert text_docx.read(path) == "once"


_ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


def _lying_archive() -> bytes:
    """Says in its directory that the main part has one byte."""
    data = bytearray(docx(prose(1)))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1).to_bytes(4, "little")
    return bytes(data)


def _encrypted_archive() -> bytes:
    data = bytearray(docx(prose(1)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(mark) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        pytest.param(data, failure, id=name)
        for name, data, failure in (
            ("an encrypted PDF", _encrypted(pdf(prose(1))), UndecodableMediaError),
            ("half a PDF", pdf(prose(1))[:700], UndecodableMediaError),
            ("the head of a PDF", b"%PDF-1.7\n", UndecodableMediaError),
            ("half a DOCX", docx(prose(1))[:600], UndecodableMediaError),
            ("another Office file", archive(workbook=b"<a/>"), UnsupportedMediaError),
            ("a DOCX with entities", docx("", document=_ENTITIES), UndecodableMediaError),
            ("a DOCX of broken XML", docx("", document=b"<w:document>"), UndecodableMediaError),
            ("a DOCX of no XML", docx("", document=bytes(100)), UndecodableMediaError),
            (
                "a deeply nested DOCX",
                docx("", document=document_xml("<w:tbl>" * 5000 + "</w:tbl>" * 5000)),
                MediaTooLargeError,
            ),
            ("a DOCX that lies of its size", _lying_archive(), UndecodableMediaError),
            ("an encrypted DOCX", _encrypted_archive(), UndecodableMediaError),
            ("text of an older encoding", "Äpfel und Bäume. ".encode("latin-1") * 9, UndecodableMediaError),
            ("text with a broken end", b"words " * 1000 + b"\xff", UndecodableMediaError),
            ("half a wide character", "words".encode("utf-16") + b"\0", UndecodableMediaError),
            (
                "a page of an encoding nobody knows",
                b"<html><meta charset=x-made-up>" + b"\xe4\xf6\xfc" * 9,
                UndecodableMediaError,
            ),
            (
                "a page that declares a transformation",
                b"<html><meta charset=rot13>" + b"\xe4\xf6\xfc" * 9,
                UndecodableMediaError,
            ),
            ("too much text", b"a" * (text_limits.MOST_CHARACTERS + 1), MediaTooLargeError),
        )
    ],
)
def test_a_hostile_file_ends_in_a_typed_error(
    tmp_path: Path, data: bytes, failure: type[RegistryError]
) -> None:
    with pytest.raises(failure) as failed:
        extract(tmp_path, data)
    assert str(tmp_path) not in str(failed.value)


def test_a_bomb_is_left_when_it_has_unfolded_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_limits, "MOST_UNPACKED_BYTES", 1 << 20)
    with pytest.raises(MediaTooLargeError) as refused:
        extract(tmp_path, docx("", document=document_xml("<!-- " + " " * (2 << 20) + " -->")))
    assert refused.value.facts["quantity"] == "unpacked bytes"


def test_a_file_that_would_have_to_be_read_whole_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_limits, "MOST_BYTES", 1000)
    with pytest.raises(MediaTooLargeError) as refused:
        extract(tmp_path, b"a" * 1001)
    assert refused.value.facts == {"quantity": "bytes", "found": 1001, "limit": 1000}


def test_a_page_has_a_limit_of_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_limits, "MOST_TAGS", 10)
    with pytest.raises(MediaTooLargeError):
        text_html.read("<html>" + "<b>" * 10)


def test_a_pdf_has_a_limit_of_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_limits, "MOST_PAGES", 2)
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf(prose(1, sentences=100)))
    with pytest.raises(MediaTooLargeError):
        text_pdf.read(path)


@pytest.mark.parametrize("make", [docx, pdf, html])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, make: Callable[[str], bytes], data: st.DataObject
) -> None:
    damaged = bytearray(make(prose(1, sentences=4)))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(8, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        extract(tmp_path_factory.mktemp("damaged"), bytes(damaged))
    except RegistryError:
        return


def test_an_archive_of_many_names_is_looked_at_in_its_directory_alone(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for number in range(5000):
            packed.writestr(f"word/{number}.xml", b"")
    with pytest.raises(UnsupportedMediaError):
        extract(tmp_path, out.getvalue())
