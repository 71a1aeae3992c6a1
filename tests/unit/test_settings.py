from __future__ import annotations

import pytest

from registry.errors import SettingsError
from registry.settings import Settings


def test_the_service_is_where_the_operator_says() -> None:
    told = Settings.from_environment({"COLOPHON_PUBLIC_URL": "https://registry.example/colophon/"})
    assert told.public_url == "https://registry.example/colophon"
    assert Settings.from_environment({}).public_url is None


@pytest.mark.parametrize(
    "text",
    ["", "registry.example", "ftp://registry.example", "https://", "https://a b", f"https://{'a' * 200}"],
)
def test_what_is_no_address_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="COLOPHON_PUBLIC_URL"):
        Settings.from_environment({"COLOPHON_PUBLIC_URL": text})


def test_how_many_declarations_an_hour_one_address_may_log_is_for_the_operator_to_say() -> None:
    assert Settings.from_environment({}).declarations_per_hour == 100_000
    unlimited = Settings.from_environment({"COLOPHON_DECLARATIONS_PER_HOUR": "0"})
    assert unlimited.declarations_per_hour == 0
    with pytest.raises(SettingsError, match="COLOPHON_DECLARATIONS_PER_HOUR"):
        Settings.from_environment({"COLOPHON_DECLARATIONS_PER_HOUR": "-1"})
