"""No row of a table hides another."""

import pytest

from bots import actions
from index import sources
from snapshot import engines, formats


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([row.name for row in actions.ROWS], id="actions of cards"),
        pytest.param([row.name for row in engines.ROWS], id="engines"),
        pytest.param([row.name for row in sources.ROWS], id="kinds of source"),
        pytest.param([one for row in formats.ROWS for one in row.extensions], id="formats"),
    ],
)
def test_each_name_stands_in_one_row(names: list[str]) -> None:
    assert names != []
    assert [name for name in names if names.count(name) > 1] == []
