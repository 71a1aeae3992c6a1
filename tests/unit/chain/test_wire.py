from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.wire import RpcError, data, parse_data, parse_quantity, quantity


@given(st.integers(min_value=0, max_value=2**256 - 1))
def test_a_quantity_reads_back(number: int) -> None:
    assert parse_quantity(quantity(number), "number") == number


@given(st.binary(max_size=64))
def test_data_read_back(value: bytes) -> None:
    assert parse_data(data(value), "data") == value


@pytest.mark.parametrize("text", ["", "0x", "0x00", "0x01", "1", 5, None, "0x1g", "-0x1", "0x" + "1" * 65])
def test_another_form_of_quantity_is_refused(text: object) -> None:
    with pytest.raises(RpcError):
        parse_quantity(text, "number")


@pytest.mark.parametrize("text", ["", "0x1", "12", 5, None, "0xgg", ["0x"]])
def test_another_form_of_data_is_refused(text: object) -> None:
    with pytest.raises(RpcError):
        parse_data(text, "data")


def test_data_of_another_size_are_refused() -> None:
    with pytest.raises(RpcError, match="20 bytes"):
        parse_data("0x1234", "address", 20)
