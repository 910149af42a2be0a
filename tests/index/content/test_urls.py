"""Links as metadata gives them, and those of files in a published folder."""

import pytest

from index.content.urls import check_link_template, check_url, file_url


@pytest.mark.parametrize(
    "url",
    [
        "https://intranet.example.com/a/b?c=d#e",
        "http://localhost:8080/x",
        "/content/leave.pdf",
        "https://example.com/ö",
    ],
)
def test_a_link_that_a_browser_opens_is_accepted(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//evil.example.com/x",
        "\\\\server\\share",
        "/\\evil.example.com",
        "https:///nowhere",
        "https://user:secret@example.com/",
        "intranet/page",
        "https://exa mple.com",
        "https://example.com/a\nb",
        "http://[::1",
        "",
    ],
)
def test_any_other_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        check_url(url)


@pytest.mark.parametrize(
    "template", ["{url}?t={seconds}s", "https://v.example.com/x#t={clock}", "/go?p={page}"]
)
def test_a_template_may_fill_in_what_a_place_has(template: str) -> None:
    assert check_link_template(template) == template


@pytest.mark.parametrize(
    "template",
    [
        "{url}?t={second}",
        "{url.__class__}",
        "{url!r}",
        "{seconds:>9}",
        "{0}",
        "{url",
        "javascript:{url}",
        "x{url}",
    ],
)
def test_a_template_may_fill_in_nothing_else(template: str) -> None:
    with pytest.raises(ValueError, match=r"\{seconds\}|must begin"):
        check_link_template(template)


@pytest.mark.parametrize(
    ("path", "style", "url"),
    [
        ("a/b.md", "page", "https://x.example/base/a/b/"),
        ("a/README.md", "page", "https://x.example/base/a/"),
        ("a/index.md", "page", "https://x.example/base/a/"),
        ("README.md", "page", "https://x.example/base/"),
        ("a/v1.2.md", "page", "https://x.example/base/a/v1.2/"),
        ("a/b.md", "file", "https://x.example/base/a/b.md"),
        ("a/README.md", "file", "https://x.example/base/a/README.md"),
        (
            "Über uns/Plan #1?.pdf",
            "file",
            "https://x.example/base/%C3%9Cber%20uns/Plan%20%231%3F.pdf",
        ),
    ],
)
def test_a_file_has_the_link_that_its_site_gives_it(path: str, style: str, url: str) -> None:
    assert file_url("https://x.example/base", path, style) == url
    assert file_url("https://x.example/base/", path, style) == url


def test_signposts_own_server_is_a_base_too() -> None:
    assert file_url("/content/", "a/b.pdf", "file") == "/content/a/b.pdf"
