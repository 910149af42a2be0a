"""What a site puts around an author's words, and what only looks like it.

Menus, banners, the site's header and boxes beside the text go. The labels of folds and tabs,
warnings in boxes, lead paragraphs in a headline's header and forms made of labels are the author's,
whatever element holds them.
"""

from __future__ import annotations

import re

from bs4 import Tag

from index.readers.web.html_tables import HEADINGS

_AROUND = ["nav", "footer", "dialog"]
_AROUND_ROLES = ["navigation", "banner", "contentinfo", "search", "dialog", "toolbar"]
_SECTIONS = ["main", "article", "section"]
_QUOTES = ["blockquote", "figure"]
_SAYS_SOMETHING = [*HEADINGS, "p", "li", "table"]
_MOST_LINKED = 0.5
_LABEL_WORDS = 3
_SENTENCE = re.compile(r"(?:\S+\s+){3,}\S+[.!?]")
_OF_SITE = re.compile(r"©|copyright|rights reserved|last (?:updated|modified|edited)|cookies", re.I)
_BESIDE = re.compile(
    r"side-?bar|\btoc\b|related|\bmenu|share|promo|advert|newsletter|cookie|breadcrumb", re.I
)
_CALLOUT = re.compile(
    r"callout|admonition|warning|\bnotes?\b|\btip|caution|danger|important|alert|\binfo|hint|notice",
    re.I,
)
_FOLD = re.compile(r"accordion|collaps|faq|toggle|expand|disclosure|\btab", re.I)
_OPENS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-bs-target")
_TARGETS = ("aria-controls", "href", "data-bs-target", "data-target")


def clear(root: Tag) -> None:
    """Takes out of a page's main part what is not its author's; a headline in it stays. Labels of
    tabs are moved to what they open."""
    _place_tabs(root)
    for button in root.find_all("button"):
        _clear_button(button)
    for form in root.find_all("form"):
        _clear_form(form)
    around = [
        tag
        for tag in root.find_all(_AROUND)
        if not tag.find_parent(_QUOTES) and not _is_authors(tag)
    ]
    around += root.find_all(role=_AROUND_ROLES)
    around += filter(_is_beside, root.find_all(["aside", "menu"]))
    around += filter(_is_beside, root.find_all(role="complementary"))
    around += [tag for tag in root.find_all("header") if root.name == "body" and _is_sites(tag)]
    for tag in around:
        if tag.decomposed or tag.find_parent(HEADINGS):
            continue
        headline = tag.find("h1")
        if headline:
            tag.replace_with(headline)
        else:
            tag.decompose()


def _is_authors(footer: Tag) -> bool:
    """Whether the foot of an article ends its text, in a sentence of its own."""
    if footer.name != "footer" or footer.find_parent(_SECTIONS) is None or _is_linked(footer):
        return False
    said = (one.get_text(" ", strip=True) for one in footer.find_all(["p", "li"]))
    return not _BESIDE.search(_names(footer)) and any(
        _SENTENCE.fullmatch(one) and not _OF_SITE.search(one) for one in said
    )


def _is_sites(header: Tag) -> bool:
    return header.find_parent(_SECTIONS) is None


def _is_beside(box: Tag) -> bool:
    """Whether a box stands beside the text: by its name, by being mostly links, or outside of any
    main part without being a warning or a note."""
    names = _names(box)
    said = box.get_text(strip=True)
    if not said or _BESIDE.search(names):
        return True
    if _is_linked(box):
        return True
    if box.name == "menu" or _CALLOUT.search(names):
        return False
    return box.find_parent(_SECTIONS) is None


def _is_linked(box: Tag) -> bool:
    linked = sum(len(link.get_text(strip=True)) for link in box.find_all("a"))
    return linked > _MOST_LINKED * len(box.get_text(strip=True))


def _names(tag: Tag) -> str:
    names = [*tag.get_attribute_list("class"), *map(tag.get, ("id", "aria-label", "role"))]
    return " ".join(str(name) for name in names if name)


def _clear_button(button: Tag) -> None:
    """Makes the label of a fold a paragraph, and takes out what only does something."""
    if button.decomposed or button.find_parent(HEADINGS):
        return
    if button.find_parent("th"):
        button.name = "span"
    elif _is_label(button):
        button.name = "div" if button.find(HEADINGS) else "p"
    else:
        button.decompose()


def _is_label(button: Tag) -> bool:
    if button.find(HEADINGS) or button.get("role") == "tab":
        return True
    words = button.get_text(" ", strip=True)
    if button.has_attr("aria-haspopup") or not words or button.find_parent(["form", "nav"]):
        return False
    if words.endswith("?") or any(map(button.has_attr, _OPENS)) or _FOLD.search(_names(button)):
        return True
    opened = button.find_next_sibling()
    is_text = opened is not None and opened.name in ("div", "p", "section", "ul")
    return is_text and len(words.split()) >= _LABEL_WORDS


def _clear_form(form: Tag) -> None:
    """A form of several labels is what it asks for; one label is a search, a password a login."""
    if form.decomposed or form.find(_SAYS_SOMETHING):
        return
    labels = form.find_all(["label", "legend"])
    if len(labels) < 2 or form.find("input", type="password") or form.get("role") == "search":
        form.decompose()
        return
    for label in labels:
        label.name = "p"


def _place_tabs(root: Tag) -> None:
    """Puts the label of each tab before what it opens."""
    for labels in root.select("[role=tablist], .tabbed-labels"):
        tabs = labels.select("[role=tab], label")
        panels = _panels(labels, len(tabs))
        for number, tab in enumerate(tabs):
            panel = _named_panel(root, tab) or (panels[number] if panels else None)
            words = tab.get_text(" ", strip=True)
            if panel is None or not words or tab.find_parent(HEADINGS):
                continue
            if not panel.get_text(" ", strip=True).startswith(words):
                tab.name, tab.attrs = "p", {}
                panel.insert(0, tab.extract())
            else:
                tab.decompose()


def _named_panel(root: Tag, tab: Tag) -> Tag | None:
    """What the tab says that it opens, or what says that the tab is its label."""
    for name in _TARGETS:
        target = str(tab.get(name) or "").removeprefix("#")
        if target and (panel := root.find(id=target)):
            return panel
    own = tab.get("id")
    return root.find(True, attrs={"aria-labelledby": str(own)}) if own else None


def _panels(labels: Tag, count: int) -> list[Tag]:
    """The panels beside a list of tabs, if they are as many."""
    for container in labels.find_parents(limit=2):
        if panels := container.select("[role=tabpanel], .tabbed-block"):
            inner = {id(one) for panel in panels for one in panel.find_all(True)}
            outer = [panel for panel in panels if id(panel) not in inner]
            return outer if len(outer) == count else []
    return []
