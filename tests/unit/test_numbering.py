"""The numbers records carry until the county gives them one."""

from __future__ import annotations

import pytest

from app.numbering import provisional_number


def test_the_first_number_names_year_village_laptop_and_count() -> None:
    def number(code: str, mark: str, count: int) -> str:
        return provisional_number(
            prefix="临", year=2026, village_code=code, install_mark=mark, count=count
        )

    assert number("431230216200", "K3", 7) == "临2026-216200-K3-007"
    assert number("431230216200", "K3", 1234) == "临2026-216200-K3-1234"
    assert number("court", "K3", 1) == "临2026-court-K3-001"
    assert number("431230216200", "K3", 1) != number("431230216200", "K4", 1)


@pytest.mark.parametrize(("code", "mark", "count"), [("", "K3", 1), ("1", "", 1), ("1", "K3", 0)])
def test_a_number_without_its_parts_is_our_mistake(code: str, mark: str, count: int) -> None:
    with pytest.raises(ValueError, match=r"K3|1"):
        provisional_number(
            prefix="临", year=2026, village_code=code, install_mark=mark, count=count
        )
