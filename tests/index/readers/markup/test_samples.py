"""Where a sample of code begins and ends."""

from itertools import accumulate

import pytest

from index.readers.markup import markdown
from index.readers.markup.samples import open_fence


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("```sh\nls\n```\ntext", "110 "),
        ("> ~~~\n> ls\n> ~~~", "110"),
        ("````\n```\n````", "110"),
        ("```\n```sh\n```", "110"),
        ("```ls```\ntext", "  "),
    ],
)
def test_a_block_ends_with_marks_alone(source: str, inside: str) -> None:
    rows = list(
        accumulate(source.split("\n"), lambda fence, row: open_fence(row, fence), initial="")
    )
    assert [bool(fence) for fence in rows[1:]] == [one == "1" for one in inside]


def test_a_span_on_a_line_of_its_own_is_no_block() -> None:
    source = b'```npm install```\n\n!!! note "Mind"\n    ==Now==, {{ name }} of [[pay|grades]].\n'
    [section] = markdown.read(source, "a.md").sections
    assert section.blocks == ("npm install", "Mind", "Now, of grades.")
