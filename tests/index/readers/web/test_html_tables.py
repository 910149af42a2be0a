"""Tables of web pages."""

import pytest

from index.readers.web import html


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


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "<tr><td><b>Item</b></td><td><p><strong>Fee</strong></p></td></tr>"
            "<tr><td>Key</td><td>12</td></tr>",
            ["Item: Key; Fee: 12"],
        ),
        (
            "<tr><td><b>7</b></td><td><b>8</b></td></tr><tr><td>9</td><td>10</td></tr>",
            ["7: 8", "9: 10"],
        ),
        (
            "<thead><tr><th></th><th colspan=2>Home</th></tr></thead>"
            "<tr><th>Grade</th><th>Hotel</th><th>Meals</th></tr>"
            "<tr><td>A</td><td>1</td><td>2</td></tr>",
            ["Grade: A; Home / Hotel: 1; Home / Meals: 2"],
        ),
        (
            "<tr><th colspan=2>Rates 2026</th></tr><tr><th>Item</th><th>Fee</th></tr>"
            "<tr><th colspan=2>Keys</th></tr><tr><td>Small</td><td>4</td></tr>",
            ["Rates 2026", "Keys", "Item: Small; Fee: 4"],
        ),
        (
            "<tr><th>Item</th><th>Fee</th></tr><tr><td>a</td><td>1</td></tr>"
            "<tr><th>Item</th><th>Fee</th></tr><tr><td>b</td><td>2</td></tr>"
            "<tr><th>Room</th><th>Seats</th></tr><tr><td>c</td><td>3</td></tr>"
            "<tr><th>Total</th><th>6</th></tr>",
            ["Item: a; Fee: 1", "Item: b; Fee: 2", "Room: c; Seats: 3", "Room: Total; Seats: 6"],
        ),
        (
            "<tr><th>Region</th><th>Item</th></tr><tr><td rowspan=0>Europe</td><td>Hotel</td></tr>"
            "<tr><td>Meals</td></tr>",
            ["Region: Europe; Item: Hotel", "Region: Europe; Item: Meals"],
        ),
        (
            "<tr><th><h4>Item</h4></th><th><button>Fee</button></th></tr>"
            "<tr><td><pre>ls -l</pre></td><td>12</td></tr>",
            ["Item: ls -l; Fee: 12"],
        ),
        (
            "<tr><th>Site</th><th>Lockers</th></tr><tr><td>Quay</td><td>Pay first."
            "<table><tr><th>Size</th><th>Fee</th></tr><tr><td>S</td><td>4</td></tr></table></td></tr>",
            ["Site: Quay; Lockers: Pay first. Size: S; Fee: 4"],
        ),
        (
            "<tr><td>&nbsp;</td><td><p>Dear all,</p><p>we close.</p></td></tr>",
            ["Dear all,", "we close."],
        ),
    ],
)
def test_columns_are_named_as_a_person_reads_them(table: str, rows: list[str]) -> None:
    assert _rows(table) == rows


def test_elements_with_the_roles_of_a_table_are_one() -> None:
    page = (
        "<main><div role=table><div><p role=row><i role=columnheader>Item</i>"
        "<i role=columnheader>Fee</i></p></div><p role=row><i role=cell>Key</i>"
        "<i role=cell>12</i></p>"
        "</div></main>"
    )
    [section] = html.read(page.encode(), "page.html").sections
    assert section.blocks == ("Item: Key; Fee: 12",)
