"""The certificate: a PDF/A-3b that a reader, a validator and a court can open."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from pikepdf import pdfa

from api.web import wording as pages
from registry.documents.certificate import make_certificate
from registry.documents.wording import DATE_PROOFS, NOT_PROVEN
from registry.errors import InvalidValueError
from registry.model import Creator, ProofLevel, Status
from tests.unit.documents.examples import CHAIN, drawn, facts, png, text_of

BUNDLE = b'{"format":"colophon.evidence/1"}'
NAMES = (
    Creator("Zo\u00eb \u0160\u0165astn\u00e1"),
    Creator("\u5f20\u4f1f"),
    Creator("\u0645\u062d\u0645\u062f"),
)
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "a picture": {"picture": png()},
    "a transparent picture": {"picture": png(mode="RGBA")},
    "a file that nobody saw": {"compared": False},
    "Chinese, Arabic and Latin": {
        "title": "\u6c34\u58a8\u5c71\u6c34 \u0631\u0633\u0627\u0644\u0629",
        "creators": NAMES,
    },
    "thirty creators": {"creators": tuple(Creator(f"Contributor {number}") for number in range(30))},
    "a long title": {"title": "on and on " * 29},
    "no spaces": {"title": "W" * 300},
    "hostile": {"title": "\x00\u202e)>> endobj \U0001f600 <script> &amp; a" + "\u0301" * 60},
    "pending": {"effective_at": None, "registration_number": None, "status": Status.PENDING},
    "redacted": {"title": None, "creators": ()},
}


def report_of(certificate: bytes) -> pdfa.Report:
    return pdfa.validate_written(io.BytesIO(certificate), "3b")


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES.keys())
def test_every_certificate_is_a_pdf_a_of_part_3_level_b(changes: dict[str, Any]) -> None:
    report = report_of(make_certificate(facts(**changes), BUNDLE, b"{}"))
    assert report.passed, report.findings


def test_the_validator_does_find_faults() -> None:
    certificate = make_certificate(facts(), BUNDLE)
    for wanted, other in (
        (b"pdfaid:part>3", b"pdfaid:part>2"),
        (b"/AFRelationship /Data", b"/BFRelationship /Data"),
    ):
        assert certificate.count(wanted)
        assert not report_of(certificate.replace(wanted, other)).passed


def test_the_same_facts_give_the_same_bytes() -> None:
    told = facts(picture=png(), creators=NAMES)
    assert make_certificate(told, BUNDLE) == make_certificate(told, BUNDLE)
    assert make_certificate(told, BUNDLE) != make_certificate(told, BUNDLE + b" ")


def test_the_evidence_is_attached_unchanged() -> None:
    with pikepdf.open(io.BytesIO(make_certificate(facts(), BUNDLE, b"{}"))) as pdf:
        assert sorted(pdf.attachments) == ["credential.json", "evidence.json"]
        assert pdf.attachments["evidence.json"].get_file().read_bytes() == BUNDLE
        assert pdf.attachments["evidence.json"].relationship == "/Data"
        associated = pdf.Root["/AF"]
        assert [str(entry["/UF"]) for entry in associated] == ["evidence.json", "credential.json"]


def test_its_metadata_names_part_level_and_title() -> None:
    with pikepdf.open(io.BytesIO(make_certificate(facts(title="A <b> & \u5f20"), BUNDLE))) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert metadata["dc:title"] == "Certificate of registration: A <b> & \u5f20"
        assert metadata["xmp:CreateDate"] == "2026-11-21T18:30:00Z"
        (intent,) = pdf.Root["/OutputIntents"]
        assert bytes(intent["/DestOutputProfile"].read_bytes())[36:40] == b"acsp"
        assert len(pdf.trailer["/ID"]) == 2
        assert "/Encrypt" not in pdf.trailer


def test_every_font_is_embedded_as_a_subset() -> None:
    with pikepdf.open(io.BytesIO(make_certificate(facts(creators=NAMES), BUNDLE))) as pdf:
        fonts = {
            str(font["/BaseFont"]): font
            for page in pdf.pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert len(fonts) >= 4
        for name, font in fonts.items():
            assert re.match(r"/[A-Z]{6}\+", name)
            (descendant,) = font["/DescendantFonts"]
            assert "/FontFile2" in descendant["/FontDescriptor"]
            assert "/ToUnicode" in font


def test_nothing_in_it_runs_or_reaches_out_by_itself() -> None:
    with pikepdf.open(io.BytesIO(make_certificate(facts(picture=png()), BUNDLE, b"{}"))) as pdf:
        dumped = b"".join(
            item.unparse(resolved=False) for item in pdf.objects if not isinstance(item, pikepdf.Stream)
        )
        for forbidden in (b"/JavaScript", b"/JS", b"/OpenAction", b"/Launch", b"/AA", b"/SMask", b"/Group"):
            assert forbidden not in dumped


def test_every_fact_can_be_read_and_copied() -> None:
    told = facts(creators=NAMES, licences=("Editorial use: 0.01 ETH",), adverse_claims=2)
    text = text_of(make_certificate(told, BUNDLE))
    for expected in (
        "Low tide",
        "Zo\u00eb \u0160\u0165astn\u00e1",
        "\u5f20\u4f1f",
        told.claimant,
        str(told.work_id),
        str(told.content_hash),
        "31337-L42",
        "20 November 2026, 09:26:53 UTC",
        "local chain: date not independently proven",
        "2 other claimants declare the same or a similar work",
        "embedded chain, chain id 31337",
        str(CHAIN.transaction),
        str(CHAIN.block_hash),
        "number 1234",
        "index 41",
        "Editorial use: 0.01 ETH",
        "As of 21 November 2026, 18:30:00 UTC",
        NOT_PROVEN,
    ):
        assert expected in text, expected


def test_arabic_is_stored_in_reading_order_beside_its_glyphs() -> None:
    title = "\u0631\u0633\u0627\u0644\u0629 (2)"
    with pikepdf.open(io.BytesIO(make_certificate(facts(title=title), BUNDLE))) as pdf:
        spans = [
            str(part.operands[1]["/ActualText"])
            for part in pikepdf.parse_content_stream(pdf.pages[0])
            if isinstance(part, pikepdf.ContentStreamInstruction) and str(part.operator) == "BDC"
        ]
    assert title in spans


def test_what_it_does_not_prove_stands_on_every_page() -> None:
    certificate = make_certificate(facts(creators=tuple(Creator(f"Name {n}") for n in range(32))), BUNDLE)
    with pikepdf.open(io.BytesIO(certificate)) as pdf:
        pages_count = len(pdf.pages)
    assert pages_count > 2
    assert text_of(certificate).count(NOT_PROVEN) == pages_count


def test_a_title_is_labelled_as_declared_and_never_stands_for_a_finding() -> None:
    text = text_of(make_certificate(facts(title="Ownership proven by the court"), BUNDLE))
    assert "TITLE, AS DECLARED Ownership proven by the court" in text


def test_a_pending_record_claims_no_date() -> None:
    text = text_of(make_certificate(facts(**CASES["pending"]), BUNDLE))
    assert "EFFECTIVE DATE not yet" in text
    assert "It has no effective date yet." in text
    assert "20 November" not in text


def test_a_redacted_record_says_so_and_keeps_its_date() -> None:
    text = text_of(make_certificate(facts(title=None, creators=()), BUNDLE))
    assert "redacted by its holder" in text
    assert "20 November 2026" in text


def test_what_cannot_be_printed_shows_as_code_points() -> None:
    text = text_of(make_certificate(facts(title="a\u202eb \u0915"), BUNDLE))
    assert "U+202E" in text
    assert "U+0915" in text


def test_piled_up_marks_cannot_cover_another_fact() -> None:
    calm, piled = (
        drawn(make_certificate(facts(title=title), BUNDLE)) for title in ("a", "a" + "\u0301" * 200)
    )
    # From the rule above the facts to the foot of the page, both pages are the same.
    box = (0, calm.height * 2 // 3, calm.width, calm.height)
    assert calm.crop(box).tobytes() == piled.crop(box).tobytes()
    heading = (0, 0, calm.width, calm.height // 6)
    assert calm.crop(heading).tobytes() == piled.crop(heading).tobytes()


def test_the_page_shows_the_picture() -> None:
    blank, picture = (
        drawn(make_certificate(facts(**changes), BUNDLE)) for changes in ({}, {"picture": png(300, 200)})
    )
    ink = [sum(image.histogram()[:200]) for image in (blank, picture)]
    assert ink[1] > ink[0] + 100_000


def test_what_was_compared_by_its_hash_alone_says_so() -> None:
    said = "none known to this registry, which has not seen the file and compared its hash alone"
    unseen, seen = (text_of(make_certificate(facts(compared=compared), BUNDLE)) for compared in (False, True))
    assert said in " ".join(unseen.split())
    assert said not in " ".join(seen.split())


@pytest.mark.parametrize(
    "picture",
    [b"no picture", png()[:60], b"\xff\xd8\xff\xe0 a JPEG", png(3000, 3000, "L")],
    ids=["bytes", "truncated", "another kind", "too many pixels"],
)
def test_a_picture_that_is_no_small_png_is_refused(picture: bytes) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make_certificate(facts(picture=picture), BUNDLE)
    assert caught.value.facts["name"] == "picture"


def test_a_date_is_told_as_on_the_pages() -> None:
    assert {level: pages.date_proof(level) for level in ProofLevel} == DATE_PROOFS


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "a" * 301},
        {"title": "\ud800"},
        {"title": None},
        {"creators": (Creator("a"),) * 33},
        {"page_url": "javascript:alert(1)"},
        {"page_url": "https://a/" + "b" * 300},
        {"page_url": "https://a/\u5f20"},
        {"language": "en US"},
        {"as_of": datetime(2026, 11, 21)},  # noqa: DTZ001  # what is refused
        {"effective_at": datetime(2027, 1, 1, tzinfo=UTC)},
        {"adverse_claims": -1},
        {"picture": b""},
        {"licences": ("a",) * 33},
        {"registration_number": ""},
    ],
    ids=str,
)
def test_facts_that_cannot_be_or_be_printed_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        facts(**changes)
