"""Tables as lines that make sense alone."""

from index.readers.table_rows import joined_head, render


def test_with_a_header_every_value_carries_its_columns_name() -> None:
    rows = [["Grade", "Days", "Notice"], ["A", "26", "1 month"], ["B", "28", "2 months"]]
    assert render(rows, header=True) == (
        "Grade: A; Days: 26; Notice: 1 month\nGrade: B; Days: 28; Notice: 2 months"
    )


def test_a_cell_that_ends_a_sentence_needs_no_semicolon() -> None:
    rows = [["Rule", "Since"], ["Ask first.", "2024"]]
    assert render(rows, header=True) == "Rule: Ask first. Since: 2024"


def test_two_columns_without_a_header_are_keys_and_values() -> None:
    assert render([["Hours", "8 to 17"], ["Phone:", "4040"]], header=False) == (
        "Hours: 8 to 17\nPhone: 4040"
    )


def test_wide_tables_are_not_drowned_in_names() -> None:
    rows = [[f"c{n}" for n in range(17)], [str(n) for n in range(17)]]
    assert render(rows, header=True) == "\n".join(" | ".join(row) for row in rows)


def test_empty_rows_and_columns_go() -> None:
    rows = [["", "A", ""], ["", "", ""], ["", "1", ""]]
    assert render(rows, header=False) == "A\n1"


def test_an_empty_cell_says_nothing() -> None:
    assert render([["A", "B"], ["", "2"]], header=True) == "B: 2"


def test_a_header_without_rows_is_a_row() -> None:
    assert render([["Date", "Change"], ["", ""]], header=True) == "Date | Change"


def test_nothing_is_nothing() -> None:
    assert render([], header=True) == ""
    assert render([[""]], header=False) == ""


def test_a_head_of_several_rows_is_one() -> None:
    assert joined_head([["Grade", "Home", "Home"], ["Grade", "Hotel"]]) == [
        ["Grade", "Home / Hotel", "Home"]
    ]
    assert joined_head([["", " "], [""]]) == joined_head([]) == []
