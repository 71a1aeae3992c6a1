"""What a search sees of a text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from registry.store.folding import fold


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_text_is_found_in_whatever_form_it_is_written(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, text)) == fold(text)
    assert fold(text.casefold()) == fold(text)


def test_case_width_ligatures_and_null_characters_do_not_matter() -> None:
    assert fold("\uff33TRA\u00dfE \ufb01n\0") == "strasse fin"
