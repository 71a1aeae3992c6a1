"""Texts and small documents, made on the spot for the tests of fingerprints."""

from __future__ import annotations

import io
import random
import zipfile
from html import escape

_SYLLABLES = (
    "ba",
    "den",
    "fi",
    "gor",
    "hal",
    "ju",
    "kem",
    "lo",
    "mir",
    "na",
    "pel",
    "quo",
    "rus",
    "ti",
    "vem",
)
_WORDS_A_SENTENCE, _SENTENCES_A_PARAGRAPH = 12, 4
_WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def prose(seed: int, sentences: int = 40) -> str:
    """Sentences of invented words in paragraphs; those of two seeds have no more than words in common."""
    chance = random.Random(seed)  # noqa: S311 - no secrets
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(600)]
    lines = [" ".join(chance.choices(vocabulary, k=_WORDS_A_SENTENCE)).capitalize() for _ in range(sentences)]
    paragraphs = [
        ". ".join(lines[start : start + _SENTENCES_A_PARAGRAPH]) + "."
        for start in range(0, len(lines), _SENTENCES_A_PARAGRAPH)
    ]
    return "\n\n".join(paragraphs)


def ideographs(seed: int, count: int = 600) -> str:
    """Ideographs and kana without a space, a full stop now and then."""
    chance = random.Random(seed)  # noqa: S311 - no secrets
    letters = [chr(chance.choice((0x3042, 0x4E00)) + chance.randrange(0x40)) for _ in range(count)]
    kept = [each if each.isalpha() else "の" for each in letters]
    return "".join(each + ("。" if place % 30 == 29 else "") for place, each in enumerate(kept))


def html(text: str) -> bytes:
    """A page with a script, a style and a paragraph for each of the text."""
    body = "".join(f"<p class='x'>{escape(part)}</p>\n" for part in text.split("\n\n"))
    head = "<title></title><style>p { color: red }</style><script>var a = '<p>no text</p>';</script>"
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>".encode()


def docx(text: str, **parts: bytes) -> bytes:
    """A document of one run of text a paragraph; `parts` add others, or replace `document` by its bytes."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p>" for part in text.split("\n\n"))
    return (
        archive(document=document_xml(paragraphs), **parts) if "document" not in parts else archive(**parts)
    )


def document_xml(body: str) -> bytes:
    """A main part with that body."""
    return f'<w:document xmlns:w="{_WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>'.encode()


def archive(**parts: bytes) -> bytes:
    """A ZIP archive of an Office document with parts in its folder `word`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for name, data in parts.items():
            packed.writestr(f"word/{name}.xml", data)
    return out.getvalue()


def pdf(text: str) -> bytes:
    """A PDF of one line a sentence, forty lines a page, in a face that every reader has."""
    lines = [line for part in text.split("\n\n") for line in part.split(". ")]
    pages = [lines[start : start + 40] for start in range(0, len(lines), 40)]
    objects = ["<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>")
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number, page in enumerate(pages):
        shown = "".join(f"({line}) Tj T*\n" for line in page)
        stream = f"BT /F 6 Tf 8 TL 20 800 Td\n{shown}ET"
        resources = "/Resources<</Font<</F 3 0 R>>>>/MediaBox[0 0 600 820]"
        objects.append(f"<</Type/Page/Parent 2 0 R{resources}/Contents {5 + 2 * number} 0 R>>")
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    return _assembled(objects)


def _assembled(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()
