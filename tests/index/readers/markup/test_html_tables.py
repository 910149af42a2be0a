"""Tables of web pages."""

import pytest

from index.readers.markup import html


def _rows(table: str) -> list[str]:
    document = html.read(f"<main><table>{table}</table></main>".encode(), "page.html")
    return [row for one in document.sections for block in one.blocks for row in block.split("\n")]


_TWO = """<tr><th rowspan="2">Site</th><th colspan="2">Summer</th><th>Winter</th></tr>
<tr><th>Opens</th><th>Closes</th><th>Opens</th></tr>"""


@pytest.mark.parametrize("head", [f"<thead>{_TWO}</thead>", _TWO])
def test_names_in_two_rows_are_joined(head: str) -> None:
    assert _rows(f"{head}<tr><td>Quay</td><td>6</td><td>20</td><td>8</td></tr>") == [
        "Site: Quay; Summer / Opens: 6; Summer / Closes: 20; Winter / Opens: 8"
    ]


def test_what_spans_rows_or_columns_is_said_in_each() -> None:
    assert _rows(
        "<tr><th>Day</th><th>Early</th><th>Late</th></tr>"
        "<tr><td rowspan=2>Monday</td><td colspan=2>Shut</td></tr><tr><td>8</td><td>16</td></tr>"
    ) == ["Day: Monday; Early: Shut; Late: Shut", "Day: Monday; Early: 8; Late: 16"]


def test_what_spans_all_columns_stands_alone() -> None:
    assert _rows(
        "<tr><th>Part</th><th>Fee</th></tr><tr><td colspan=2>Spares</td></tr>"
        "<tr><td>Belt</td><td>4</td></tr>"
    ) == ["Spares", "Part: Belt; Fee: 4"]


def test_the_foot_is_last_wherever_it_is_written() -> None:
    assert _rows(
        "<thead><tr><th>Part</th><th>Fee</th></tr></thead><tfoot><tr><td>All</td><td>9</td></tr>"
        "</tfoot><tbody><tr><td>Belt</td><td>4</td></tr></tbody>"
    ) == ["Part: Belt; Fee: 4", "Part: All; Fee: 9"]


@pytest.mark.parametrize("corner", ["<td></td>", "<th></th>"])
def test_rows_may_have_names_too(corner: str) -> None:
    assert _rows(
        f"<tr>{corner}<th>Quay</th><th>Airport</th></tr><tr><th>Opens</th><td>6</td><td>8</td></tr>"
    ) == ["Opens; Quay: 6; Airport: 8"]


def test_names_of_rows_alone_are_keys() -> None:
    assert _rows("<tr><th>Opens</th><td>6</td></tr><tr><th>Closes</th><td>9</td></tr>") == [
        "Opens: 6",
        "Closes: 9",
    ]


def test_a_table_in_a_cell_belongs_to_the_cells_row() -> None:
    inner = "<table><tr><th>Size</th><th>Fee</th></tr><tr><td>S</td><td>4</td></tr></table>"
    assert _rows(
        f"<tr><th>Site</th><th>Lockers</th></tr><tr><td>Quay</td><td>{inner}</td></tr>"
        "<tr><td>Airport</td><td>none</td></tr>"
    ) == ["Site: Quay; Lockers: Size: S; Fee: 4", "Site: Airport; Lockers: none"]
