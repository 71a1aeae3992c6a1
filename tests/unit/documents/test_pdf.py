"""The objects of a PDF file."""

import pytest

from registry.documents.pdf import Name, PdfFile, Reference, Stream, encode, number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, b"null"),
        (True, b"true"),
        (7, b"7"),
        (-0.0001, b"0"),
        (1.5, b"1.5"),
        (0.12345, b"0.123"),
        (Name("A B#"), b"/A#20B#23"),
        (Name("application/json"), b"/application#2Fjson"),
        (Reference(3), b"3 0 R"),
        (b"\x00\xff", b"<00FF>"),
        ("\u00e9", b"<FEFF00E9>"),
        ([1, Name("A")], b"[1 /A]"),
        ({"A": 1, "B": [2]}, b"<< /A 1 /B [2] >>"),
    ],
)
def test_a_value_is_written_as_the_standard_says(value: object, expected: bytes) -> None:
    assert encode(value) == expected


def test_a_number_has_no_exponent() -> None:
    assert number(1e-9) == b"0"
    assert number(12345678.0) == b"12345678"


def test_what_no_pdf_can_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        encode(object())


def test_an_object_that_was_only_reserved_stops_the_file() -> None:
    pdf = PdfFile()
    root = pdf.add({})
    pdf.reserve()
    with pytest.raises(ValueError, match="object 2"):
        pdf.write(root)


def test_a_text_cannot_break_out_of_its_place() -> None:
    hostile = encode(") /JS (app.alert(1)) >> endobj")
    assert hostile.startswith(b"<FEFF")
    assert set(hostile[1:-1]) <= set(b"0123456789ABCDEF")


def test_a_stream_tells_its_length() -> None:
    pdf = PdfFile()
    content = pdf.write(pdf.add(Stream(b"abc", plain=True)))
    assert b"<< /Length 3 >>\nstream\nabc\nendstream" in content
