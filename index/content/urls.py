"""Links as metadata gives them, and the link of a file from where its folder is published."""

from __future__ import annotations

from string import Formatter
from urllib.parse import quote, urlsplit

PLACEHOLDERS = ("url", "seconds", "clock", "page", "slide", "anchor")
_FOLDER_PAGES = ("readme.md", "readme.markdown", "index.md", "index.markdown", "index.html")


def check_url(value: str) -> str:
    """The link, if a browser may open it: http, https, or a path on Signpost's own server.
    Raises ValueError otherwise."""
    accepted = "it must begin with https://, http:// or /"
    if any(character.isspace() or not character.isprintable() for character in value):
        raise ValueError("it must not hold spaces: write %20")
    if "\\" in value or value.startswith("//"):
        raise ValueError(accepted)
    if value.startswith("/"):
        return value
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError as error:
        raise ValueError(f"{accepted} and name a host") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(accepted)
    if not host:
        raise ValueError(f"{accepted} and name a host")
    if parts.username is not None:
        raise ValueError("it must not hold a user name or password")
    return value


def check_link_template(value: str) -> str:
    """The template of deep links, if it fills in only what there is. Raises ValueError."""
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        parts = list(Formatter().parse(value))
    except ValueError as error:
        raise ValueError(f"its braces do not match; it may hold {names}") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise ValueError(f"it may hold {names} and nothing else in braces")
    if not value.startswith("{url}"):
        check_url(value.split("{", 1)[0])
    return value


def file_url(base_url: str, path: str, style: str) -> str:
    """The link of a file, by its path from the folder that is published at `base_url`.

    Style "file" is a server that shows files as they are: `a/b.md` is `base/a/b.md`. Style "page"
    is a site generator with pretty links: `a/b.md` is `base/a/b/`, and `README.md` and `index.md`
    are the page of their folder.
    """
    base = base_url if base_url.endswith("/") else f"{base_url}/"
    folder, _, name = path.rpartition("/")
    if style == "page":
        is_folder_page = name.lower() in _FOLDER_PAGES
        path = folder if is_folder_page else path.rpartition(".")[0]
        return f"{base}{quote(path)}/" if path else base
    return base + quote(path)
