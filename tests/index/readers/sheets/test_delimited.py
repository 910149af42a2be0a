"""CSV and TSV files, as programs write them."""

import pytest

from errors import ReadError
from index.readers import reader

ROWS = "Place: London; Limit: 170\nPlace: Lisbon; Limit: 1,5"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'Place,Limit\nLondon,170\nLisbon,"1,5"\n'),
        ("a.csv", "Place;Limit\nLondon;170\nLisbon;1,5\n"),
        ("a.csv", "sep=;\r\nPlace;Limit\r\nLondon;170\r\nLisbon;1,5\r\n"),
        ("a.tsv", "Place\tLimit\nLondon\t170\nLisbon\t1,5\n"),
        ("a.csv", "Place|Limit\nLondon|170\nLisbon|1,5"),
    ],
)
def test_the_separator_is_found(name: str, text: str) -> None:
    [section] = reader.read(text.encode(), name).sections
    assert section.blocks == (ROWS,)


def test_utf_16_of_excel_is_read() -> None:
    [section] = reader.read("Ort;Grenze\nKöln;5\n".encode("utf-16"), "a.csv").sections
    assert section.blocks == ("Ort: Köln; Grenze: 5",)


def test_short_rows_are_filled_and_empty_ones_part_tables() -> None:
    text = "Place,Limit\nLondon\n\nMeal,Sum,From\nLunch,10,noon\n"
    [section] = reader.read(text.encode(), "a.csv").sections
    assert section.blocks == ("Place: London", "Meal: Lunch; Sum: 10; From: noon")


def test_words_behind_an_empty_row_name_no_columns_of_a_table_that_may_go_on() -> None:
    text = "Name,Role\nAnn,HR\n\nBob,IT\nCy,Legal\n\nOffices,\nTown,Street\nUlm,Neustraße\n"
    [section] = reader.read(text.encode(), "a.csv").sections
    assert section.blocks == (
        "Name: Ann; Role: HR",
        "Bob: IT\nCy: Legal",
        "Offices",
        "Town: Ulm; Street: Neustraße",
    )


def test_a_list_of_questions_keeps_all_that_it_says_of_each() -> None:
    """Answers in the same words are answers to different questions, and other columns may say for
    whom they are. Empty rows and answers that go on in the next row are in it, too."""
    text = (
        "Question,Answer,Country\nMay I park?,Yes.,UK\nMay I smoke?,Yes.,Malta\n,But outdoors.,\n"
        "\nMay I sleep?,No.,\nMay I eat?,No.,UK\n"
    )
    sections = reader.read(text.encode(), "a.csv").sections
    assert [(one.heading_path[0], one.text) for one in sections] == [
        ("May I park?", "Yes.\n\nCountry: UK"),
        ("May I smoke?", "Yes.\n\nCountry: Malta\n\nBut outdoors."),
        ("May I sleep?", "No."),
        ("May I eat?", "No.\n\nCountry: UK"),
    ]
    assert not any(one.asked_as for one in sections)


def test_titles_above_a_list_of_questions_go_before_it() -> None:
    text = "All questions,\nUpdated in May,\nQuestion,Answer\nMay I park?,Yes.\n\n,At night.\n"
    before, first = reader.read(text.encode(), "a.csv").sections
    assert before.blocks == ("All questions", "Updated in May")
    assert (first.heading_path, first.blocks) == (("May I park?",), ("Yes.", "At night."))


def test_rows_of_an_export_without_an_id_are_questions_of_their_own() -> None:
    text = "Question\tAnswer\tSource\tMetadata\tQnaId\nJoin?\tPress Join.\nLeave?\tPress Leave."
    first, second = reader.read(text.encode(), "kb.tsv").sections
    assert (first.text, first.asked_as, second.text) == ("Press Join.", (), "Press Leave.")


def test_an_export_of_question_answering_keeps_other_wordings_apart() -> None:
    """Its answers are Markdown, with line breaks written out."""
    answer = "**Press** [Join](https://x.example.com/join).\\n\\nThen wait."
    rows = [
        "Question\tAnswer\tSource\tMetadata\tQnaId",
        f"How do I join?\t{answer}\tEditorial\t\t1",
        f"joining\t{answer}\tEditorial\t\t1",
        "How do I leave?\tPress Leave.\tEditorial\t\t2",
    ]
    first, second = reader.read("\n".join(rows).encode(), "kb.tsv").sections
    assert first.blocks == ("Press Join.\n\nThen wait.",)
    assert [link.url for link in first.links] == ["https://x.example.com/join"]
    assert first.asked_as == ("joining",)
    assert second.heading_path == ("How do I leave?",)


def test_a_broken_quote_is_told() -> None:
    with pytest.raises(ReadError, match="no ','-separated table"):
        reader.read(b'Place,Limit\n"London"x,170\n', "a.csv")


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.readers.sheets.sheet_sections.MAX_CELLS", 5)
    with pytest.raises(ReadError, match="more than 5 cells"):
        reader.read(b"a,b\n1,2\n3,4\n", "a.csv")


def test_a_first_row_whose_words_come_again_below_names_no_columns() -> None:
    [section] = reader.read(b"Apple,Fruit\nCarrot,Vegetable\nPear,Fruit\n", "a.csv").sections
    assert section.blocks == ("Apple: Fruit\nCarrot: Vegetable\nPear: Fruit",)


def test_a_table_behind_a_list_of_questions_is_no_part_of_it() -> None:
    rows = "Question,Answer\nWhere?,Here.\nWhen?,Now.\n\n{}\n"
    table = reader.read(rows.format("Place,Limit\nLisbon,140").encode(), "a.csv").sections
    assert [(one.heading_path, one.blocks) for one in table] == [
        (("Where?",), ("Here.",)),
        (("When?",), ("Now.",)),
        ((), ("Place: Lisbon; Limit: 140",)),
    ]
    more = reader.read(rows.format("Who?,Ann.").encode(), "a.csv").sections
    assert [one.blocks for one in more] == [("Here.",), ("Now.",), ("Ann.",)]


def test_a_cell_may_hold_a_whole_page() -> None:
    [section] = reader.read(f"Name,Text\nA,{'word ' * 40_000}\n".encode(), "a.csv").sections
    assert len(section.text) > 199_000
