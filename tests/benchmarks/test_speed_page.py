"""The page of all benchmarks shows what was found, and what was missed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from benchmarks.page.__main__ import by_stem, number, page, read_all
from benchmarks.results import Comparison, Series, write, write_series

SLOWER = Comparison("question_plain", "ms", 20.0, 10.0, "sentence-transformers + faiss 1", 0.5, 60)
FASTER = Comparison("question_txtai", "ms", 20.0, 50.0, "txtai 9 <b>", 2.5, 60)
TURN = Comparison("turn_cpu", "ms", 5.0, 25.0, "plain bot", 5.0, 7)
CLIENTS = Series("Turns", "1/s", "clients", [1, 8], {"signpost": [100.0, 300.0], "echo": [9, None]})
STAGES = Series("Stages", "ms", "stage", ["encode", "rank"], {"Signpost": [5.0, 0.25]})


def written(folder: Path) -> str:
    write("turn", [TURN], folder)
    write("peers", [SLOWER, FASTER], folder, notes=["7,164 passages."])
    write_series("turn", [CLIENTS, STAGES], folder)
    return page(read_all(folder))


def rows(text: str, first: str) -> list[str]:
    """The rows of tables whose first cell that is, without their marks."""
    found = re.findall(rf'<tr[^>]*><th scope="row">{re.escape(first)}</th>.*?</tr>', text)
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in found]


def test_a_missed_goal_is_shown_as_missed(tmp_path: Path) -> None:
    """2.5 times were wanted, and 0.5 are there."""
    [row, *_] = rows(written(tmp_path), "question to answer, in process, all of it")
    assert row.endswith("≥ 2.5× 0.5× missed by 80% question_plain")


def test_a_reached_goal_is_shown_as_reached(tmp_path: Path) -> None:
    """A fifth of the plain bot's time, where a quarter was wanted."""
    assert any(
        row.endswith("≤ 0.25× 0.2× reached turn_cpu")
        for row in rows(written(tmp_path), "a turn with its reply, processor time")
    )


def test_a_goal_that_nobody_measured_says_so(tmp_path: Path) -> None:
    """It is neither reached nor missed, and is counted apart."""
    text = written(tmp_path)
    assert rows(text, "32 clients")[0].endswith("≥ 8× – not measured")
    assert re.search(r"1 of 22 are reached, 1\s+missed, and 20 not measured", text)


def test_benchmarks_stand_in_a_readers_order(tmp_path: Path) -> None:
    """Whatever their files' names are."""
    assert re.findall(r'<h2 id="(\w+)">', written(tmp_path)) == ["goals", "peers", "turn"]


def test_a_row_in_which_we_are_behind_is_marked(tmp_path: Path) -> None:
    """In words, too, for not everybody sees its colour."""
    text = written(tmp_path)
    assert '<tr class="below"><th scope="row">question_plain</th>' in text
    [row] = rows(text, "question_plain")
    assert row == "question_plain sentence-transformers + faiss 1 20 10 ms 0.50 behind 60"
    assert '<tr><th scope="row">question_txtai</th>' in text


def test_every_plot_says_in_words_what_it_shows(tmp_path: Path) -> None:
    """Bars by peer, bars of what stands alone, lines and stages; a point without a figure is
    passed over."""
    assert re.findall(r'<figure role="img" aria-label="([^"]*)"', written(tmp_path)) == [
        "Bars. How many times better: a question, median. "
        "sentence-transformers + faiss 1 0.50; txtai 9 &lt;b&gt; 2.50.",
        "Bars. How many times better: all measures, beside plain bot. turn_cpu 5.00.",
        "Turns, in 1/s, by clients. signpost: 100 at 1, 300 at 8; echo: 9 at 1.",
        "Stages, in ms, by stage. Signpost: 5 at encode, 0.25 at rank.",
    ]


def test_the_page_needs_nothing_beside_it(tmp_path: Path) -> None:
    """No script, no file, no address."""
    text = written(tmp_path)
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|@import|url\((?!#)", text)
    assert set(re.findall(r'\bhref="([^"]{2})', text)) <= {"#g", "#p", "#t"}


def test_no_two_elements_share_an_id(tmp_path: Path) -> None:
    """Plots have ids of their own, and refer to nobody else's."""
    ids = Counter(re.findall(r'\bid="([^"]+)"', written(tmp_path)))
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(re.findall(r"url\(#([^)]+)\)", written(tmp_path))) <= set(ids)


def test_names_are_text(tmp_path: Path) -> None:
    """Whatever stands in them."""
    assert "<b>" not in written(tmp_path)


def test_machine_and_notes_are_told(tmp_path: Path) -> None:
    """By each benchmark that wrote them."""
    text = written(tmp_path)
    assert "<li>7,164 passages.</li>" in text
    assert text.count("; load ") == 2


def test_the_same_figures_make_the_same_page(tmp_path: Path) -> None:
    """Nothing in it is by chance."""
    written(tmp_path)
    assert page(read_all(tmp_path)) == page(read_all(tmp_path))


def test_results_of_several_others_stand_together() -> None:
    """What is beside one other alone stands with the like of it."""
    groups = by_stem([SLOWER, TURN, FASTER])
    assert groups == {"question": [SLOWER, FASTER], "": [TURN]}


def test_numbers_have_three_digits_that_count() -> None:
    """But a large one has all of its own."""
    assert [number(x) for x in (0, 0.00512, 0.5, 12.34, 99.96, 123.4, 7164)] == [
        "0", "0.00512", "0.5", "12.3", "100", "123", "7,164",
    ]  # fmt: skip
