"""Tables drawn of plus signs."""

from index.readers.markup import markdown
from index.readers.markup.grid_tables import unfold


def _rows(source: str) -> list[str]:
    [section] = markdown.read(source.encode(), "page.md").sections
    return [row for block in section.blocks for row in block.split("\n")]


def test_cells_of_several_lines_and_columns_are_under_their_names() -> None:
    source = """
+-------+---------------+
| Grade | Home          |
|       +-------+-------+
|       | Hotel | Meals |
+=======+=======+=======+
| A     | 120   | 40    |
|       | or 9  |       |
+-------+-------+-------+
| B     | none          |
+-------+---------------+
"""
    assert _rows(source) == [
        "Grade: A; Home / Hotel: 120, or 9; Home / Meals: 40",
        "Grade: B; Home / Hotel: none; Home / Meals: none",
    ]


def test_one_without_names_has_rows() -> None:
    source = "+---+---+---+\n| a | b | c |\n+---+---+---+\n| d | e | f |\n+---+---+---+"
    assert _rows(source) == ["a | b | c", "d | e | f"]


def test_other_text_is_left_as_it_is() -> None:
    source = (
        "```\n+---+---+\n| a | b |\n+---+---+\n```\n\n+ item\n\n| a | b |\n|---|---|\n| c | d |"
    )
    assert unfold(source) == source


def test_cells_over_several_rows_hold_in_each() -> None:
    source = """
+--------+-------+------+
| Region | Item  | Fee  |
+========+=======+======+
| Europe | Hotel | 120  |
|        +-------+------+
|        | Meals | 40   |
+--------+-------+------+

: Fees of 2026 {#tbl-fees}
"""
    assert _rows(source) == [
        "Region: Europe; Item: Hotel; Fee: 120",
        "Region: Europe; Item: Meals; Fee: 40",
        "Fees of 2026",
    ]


def test_marks_of_multimarkdown_say_what_stands_above() -> None:
    source = "| Region | Item |\n|---|---|\n| Europe | Hotel |\n| ^^ | Meals |\n"
    assert _rows(source)[1] == "Region: Europe; Item: Meals"
