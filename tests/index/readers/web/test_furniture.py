"""What a site puts around an author's words, and what only looks like it."""

import pytest

from index.readers.web import html


def _said(body: str) -> list[str]:
    """Everything that is said on a page, headings included, in its order."""
    document = html.read(f"<html><body>{body}</body></html>".encode(), "page.html")
    return [
        text for one in document.sections for text in [*one.heading_path[-1:], *one.blocks] if text
    ]


@pytest.mark.parametrize(
    "label",
    [
        '<button aria-expanded="false">Parking</button>',
        '<button data-bs-toggle="collapse">Parking</button>',
        '<button class="accordion-button">Parking</button>',
        "<button>Where may visitors park</button>",
        "<button>Parking?</button>",
        '<div role="button">Parking</div>',
        '<h3><button aria-expanded="false">Parking</button></h3>',
        "<button><h3>Parking</h3></button>",
    ],
)
def test_the_label_of_a_fold_stands_before_what_it_opens(label: str) -> None:
    [words, text] = _said(f"<main>{label}<div hidden><p>Row B.</p></div></main>")
    assert "ark" in words
    assert text == "Row B."


@pytest.mark.parametrize(
    "button",
    [
        "<button>Copy</button><pre>make</pre>",
        "<button>Copy to the clipboard</button><pre>make</pre>",
        '<button aria-haspopup="menu" aria-expanded="false">Menu</button><p>make</p>',
        "<pre>make</pre><button>Share this page now</button>",
    ],
)
def test_a_button_that_does_something_goes(button: str) -> None:
    assert _said(f"<main>{button}</main>") == ["make"]


@pytest.mark.parametrize(
    "tabs",
    [
        """<div role="tablist"><button role="tab" id="t1">Left</button><button role="tab" id="t2">
        Right</button></div><div role="tabpanel" aria-labelledby="t1">one</div>
        <div role="tabpanel" aria-labelledby="t2">two</div>""",
        """<ul role="tablist"><li role="tab">Left</li><li role="tab">Right</li></ul><div>
        <div role="tabpanel">one</div><div role="tabpanel" hidden>two</div></div>""",
        """<nav role="tablist"><a role="tab" href="#a">Left</a><a role="tab" href="#b">Right</a>
        </nav><div><div id="a">one</div><div id="b">two</div></div>""",
        """<div class="tabbed-set"><div class="tabbed-labels"><label>Left</label>
        <label>Right</label></div><div class="tabbed-content"><div class="tabbed-block">one</div>
        <div class="tabbed-block">two</div></div></div>""",
    ],
)
def test_a_tab_stands_before_its_panel(tabs: str) -> None:
    assert _said(f"<main>{tabs}</main>") == ["Left", "one", "Right", "two"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<main><p>a</p><aside><p>Hot!</p></aside></main>", ["a", "Hot!"]),
        ('<p>a</p><aside class="warning">Hot!</aside>', ["a", "Hot!"]),
        ("<p>a</p><aside>Other pages</aside>", ["a"]),
        ('<main><p>a</p><aside class="sidebar">b</aside></main>', ["a"]),
        ('<main><p>a</p><aside>See <a href="b">this other page</a></aside></main>', ["a"]),
        ("<main><menu><li>Soup</li><li>Fish</li></menu></main>", ["- Soup\n- Fish"]),
        ("<main><p>a</p><menu><li><button>Cut</button></li></menu></main>", ["a"]),
    ],
)
def test_boxes_within_the_text_are_read_and_boxes_beside_it_are_not(
    body: str, said: list[str]
) -> None:
    assert _said(body) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<main><header><h1>T</h1><p>Lead.</p></header><p>a</p></main>", ["Lead.", "a"]),
        ("<section><header><h2>S</h2><p>Lead.</p></header></section>", ["S", "Lead."]),
        ("<header><h1>T</h1><p>Our site</p></header><p>a</p>", ["a"]),
    ],
)
def test_a_lead_paragraph_in_a_header_is_read(body: str, said: list[str]) -> None:
    assert _said(body) == said


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("<label>Name</label><input><legend>Reason</legend>", ["a", "Name", "Reason"]),
        ("<label>Search</label><input>", ["a"]),
        ("<label>Name</label><label>Word</label><input type=password>", ["a"]),
    ],
)
def test_a_form_of_several_labels_says_what_it_asks_for(form: str, said: list[str]) -> None:
    assert _said(f"<main><p>a</p><form>{form}</form></main>") == said


@pytest.mark.parametrize(
    ("foot", "said"),
    [
        ("<p>This applies to all sites from May.</p>", ["This applies to all sites from May."]),
        ("<p>Last updated by the people team on Monday.</p>", []),
        ('<p><a href="/x">All of our other pages are here.</a></p>', []),
    ],
)
def test_the_foot_of_an_article_is_read_if_it_ends_its_text(foot: str, said: list[str]) -> None:
    assert _said(f"<article><p>Check.</p><footer>{foot}</footer></article>") == ["Check.", *said]
