"""What the lines above a roster tell of its place."""

import pytest

from app.exchange.roster_lines import title_hints
from tests.unit.exchange.workbooks import grid_of


@pytest.mark.parametrize(
    ("title", "township", "village"),
    [
        ("坪坦乡坪坦村微网格户籍花名册(2026年)", "坪坦乡", "坪坦村"),
        ("通道侗族自治县坪坦乡坪坦村花名册", "坪坦乡", "坪坦村"),
        ("通道县县溪镇江口村花名册", "县溪镇", "江口村"),
        ("2026年度大高坪苗族乡黄柏村名册", "大高坪苗族乡", "黄柏村"),
        ("填报单位：城北社区居委会", None, "城北社区"),
        ("城南居委会名册", None, "城南居委会"),
        ("农村居民花名册", None, None),
        ("花名册", None, None),
    ],
)
def test_places_in_titles(title: str, township: str | None, village: str | None) -> None:
    hints = title_hints(grid_of([[title]]).rows, "Sheet1")
    assert (hints.title, hints.township, hints.village) == (
        title.replace("：", ":"),
        township,
        village,
    )


def test_a_later_line_or_the_sheets_name_may_tell_the_village() -> None:
    rows = grid_of([["花名册"], ["填报单位:坪坦村村民委员会"]]).rows
    assert title_hints(rows, "Sheet1").village == "坪坦村"
    assert title_hints((), "坪坦村").title == "坪坦村"
    assert title_hints((), "坪坦村").village == "坪坦村"
