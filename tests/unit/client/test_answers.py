from __future__ import annotations

from collections.abc import Callable

import pytest

from registry.client import Answer, UnexpectedAnswerError

ANSWER = Answer(
    {
        "text": "a",
        "small": 1,
        "large": "340282366920938463463374607431768211455",
        "yes": True,
        "nothing": None,
        "inside": {"deep": 5},
        "list": [{"name": "b"}],
        "numbers": [1, "2"],
    }
)


def test_fields_are_read_by_their_type() -> None:
    assert ANSWER.text("text") == "a"
    assert ANSWER.integer("small") == 1
    assert ANSWER.integer("large") == 2**128 - 1
    assert ANSWER.flag("yes") is True
    assert ANSWER.inner("inside").integer("deep") == 5
    assert [item.text("name") for item in ANSWER.items_of("list")] == ["b"]
    assert ANSWER.integers_of("numbers") == [1, 2]


def test_null_and_absent_are_nothing_where_that_is_allowed() -> None:
    assert ANSWER.optional_text("nothing") is None
    assert ANSWER.optional_text("absent") is None
    assert ANSWER.optional_inner("nothing") is None
    assert ANSWER.optional_text("text") == "a"


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda: ANSWER.text("absent"), r"answer\.absent is missing"),
        (lambda: ANSWER.text("small"), r"answer\.small is not of type str"),
        (lambda: ANSWER.integer("yes"), r"answer\.yes is not an integer"),
        (lambda: ANSWER.integer("text"), r"answer\.text is not of type int"),
        (lambda: ANSWER.flag("small"), r"answer\.small"),
        (lambda: ANSWER.inner("list"), r"answer\.list"),
        (lambda: ANSWER.inner("inside").text("deep"), r"answer\.inside\.deep"),
        (lambda: ANSWER.items_of("numbers"), r"answer\.numbers\[0\] is not an object"),
        (lambda: ANSWER.integers_of("list"), r"answer\.list\.0"),
    ],
)
def test_what_is_missing_or_of_another_type_is_named(read: Callable[[], object], told: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=told):
        read()
