"""MDX: the words of components stay, the code goes."""

import pytest

from index.readers.markup import markdown


def _said(source: str) -> list[str]:
    document = markdown.read(source.encode(), "page.mdx")
    return [block for section in document.sections for block in section.blocks]


@pytest.mark.parametrize(
    "code",
    [
        "import Tabs from '@theme/Tabs';",
        'import {\n  Note,\n  Tip,\n} from "../parts"',
        "import './style.css'",
        "export const meta = {\n  a: 1,\n}",
        "export default function Page({ children }) {\n  return children\n}",
        "export { a } from './b'",
        "{/* for writers */}",
        '<Icon name="key" />',
    ],
)
def test_code_goes(code: str) -> None:
    assert _said(f"{code}\n\nText.") == ["Text."]


def test_prose_that_begins_so_stays() -> None:
    said = ["import the file from the shelf.", "export default settings of the printer."]
    assert _said("\n\n".join(said)) == said


def test_what_stands_in_components_is_read_with_its_labels() -> None:
    source = """<Tabs groupId="os" values={[{label: 'Mac', value: 'm'}]}>
  <TabItem value="win" label="Windows 11">

    Run setup.

    ```sh
    if x
      y
    ```

  </TabItem>
  <TabItem value="m">Use the app.</TabItem>
</Tabs>

<Card title="Opening hours" href="/x">8 to 17.</Card>

Ask <Term id="x">the desk</Term> now."""
    assert _said(source) == [
        "Windows 11",
        "Run setup.",
        "if x\n  y",
        "Mac",
        "Use the app.",
        "Opening hours",
        "8 to 17.",
        "Ask the desk now.",
    ]


def test_a_constant_is_said_where_it_stands() -> None:
    assert _said("export const version = '4.2';\n\nVersion {version} of {other}.") == [
        "Version 4.2 of {other}."
    ]


def test_an_id_in_a_remark_is_the_headings() -> None:
    [section] = markdown.read(b"## Remove it {/* #gone */}\n\nText.", "page.mdx").sections
    assert (section.heading_path, section.locator.anchor) == (("Remove it",), "gone")


def test_a_word_in_angle_brackets_that_nothing_closes_stays() -> None:
    assert _said("Dear <Name>, see `<Tabs>`.\n\n<Note>Mind it.</Note>") == [
        "Dear <Name>, see <Tabs>.",
        "Mind it.",
    ]


def test_components_in_a_sample_are_code() -> None:
    indented = "    <Note>\n        <Card title='a' />\n    </Note>"
    source = f"Write:\n\n{indented}\n\n```\n<Note>\n    x\n</Note>\n```"
    assert _said(source) == [
        "Write:",
        "<Note>\n    <Card title='a' />\n</Note>",
        "<Note>\n    x\n</Note>",
    ]


def test_elements_of_html_in_capitals_are_no_components() -> None:
    source = b"| A | B |\n|---|---|\n| one<BR/>two<BR>three | 2 |\n"
    [section] = markdown.read(source, "a.md").sections
    assert section.blocks == ("A: one, two, three; B: 2",)


def test_what_only_the_pages_program_knows_goes() -> None:
    source = (
        "# T\n\n<Cards>\n{items.map(i => (\n  <Card key={i} title={i.name} />\n))}\n</Cards>\n\n"
        "Version {frontmatter.version} runs. Write {name} here.\n"
    )
    [section] = markdown.read(source.encode(), "a.mdx").sections
    assert section.blocks == ("Version runs. Write {name} here.",)
