"""A signed link opens what was shown, and nothing else."""

import base64
import hashlib
import json
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from analytics.links import Links, OpeningTarget
from errors import LinkError
from keys import Keys

SECRET = b"the secret of these tests"
LINKS = Links(Keys(SECRET), "https://signpost.example")
QUERY_ID = "0123456789abcdef0123456789abcdef"
URL = "https://learn.example/expenses/handbook.pdf#page=4"


def token_of(link: str) -> str:
    origin, _, token = link.partition("/o/")
    assert origin == "https://signpost.example"
    return token


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://intranet/course",
        "https://user@learn.example:8443/a?b=c&d=é#t=134",
        "https://learn.example/my file.pdf",
        "/files/handbook.pdf#page=4",
        "/",
        "https://learn.example/" + "long/" * 400,
    ],
)
def test_a_link_leads_to_the_url_of_the_result_it_was_made_for(url: str) -> None:
    assert LINKS.read(token_of(LINKS.link(QUERY_ID, 2, url))) == OpeningTarget(QUERY_ID, 2, url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "ftp://host/file",
        "//evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https:\\\\evil.example",
        "https://good.example\\@evil.example",
        " /padded",
        "/padded ",
        "\x01https://learn.example",
        "https://",
        "https://[bad",
        "learn.example/page",
        "page.html",
        "https://learn.example/\ud83d",
        "",
    ],
)
def test_only_web_addresses_and_paths_of_this_server_are_signed(url: str) -> None:
    """Anything else would make the product send people where a browser must not go."""
    with pytest.raises(ValueError, match="neither an http"):
        LINKS.link(QUERY_ID, 1, url)


def test_a_url_too_long_to_be_read_back_is_not_signed() -> None:
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(150))
    url = f"https://learn.example/{noise}"
    with pytest.raises(ValueError, match="too long for a signed link"):
        LINKS.link(QUERY_ID, 1, url)


def test_a_token_of_4096_characters_is_signed_and_read() -> None:
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(150))
    urls = (f"https://learn.example/{noise[:length]}" for length in range(4000, len(noise)))
    url = next(one for one in urls if len(LINKS._serializer.dumps([QUERY_ID, 1, one])) == 4096)
    assert LINKS.read(token_of(LINKS.link(QUERY_ID, 1, url))) == OpeningTarget(QUERY_ID, 1, url)


def test_changing_any_character_of_a_token_breaks_it() -> None:
    """Also the last one, where four letters mean the same to Base64."""
    token = token_of(LINKS.link(QUERY_ID, 1, URL))
    for at, char in enumerate(token):
        for other in set(string.ascii_letters + string.digits + "-_.") - {char}:
            with pytest.raises(LinkError):
                LINKS.read(token[:at] + other + token[at + 1 :])


@given(st.text(max_size=80))
def test_garbage_is_no_link(garbage: str) -> None:
    with pytest.raises(LinkError):
        LINKS.read(garbage)


@pytest.mark.parametrize("junk", ["%", "=", "!", " ", "\n", "é", "\ud83d"])
def test_a_token_with_something_added_is_no_link(junk: str) -> None:
    token = token_of(LINKS.link(QUERY_ID, 1, URL))
    for changed in (token + junk, junk + token):
        with pytest.raises(LinkError):
            LINKS.read(changed)


def test_an_endless_token_is_refused_by_its_length_alone() -> None:
    for length in (4097, 5_000_000):
        with pytest.raises(LinkError, match=f"{length} characters is too long"):
            LINKS.read("A" * length)
    with pytest.raises(LinkError, match="damaged or forged"):
        LINKS.read("A" * 4096)


def test_a_token_of_another_secret_is_refused() -> None:
    other = Links(Keys(b"the secret of other tests"), "https://signpost.example")
    with pytest.raises(
        LinkError, match=r"^the link is damaged or forged: its signature does not fit$"
    ):
        LINKS.read(token_of(other.link(QUERY_ID, 1, URL)))


def test_a_link_that_was_sent_long_ago_still_opens() -> None:
    """Its bytes must not depend on the release that reads them."""
    token = (
        ".eJyLVjIwNDI2MTUzt7BMTEpOSU1D5yvpGOooZZSUFBRb6evnpCYW5emlViTmFuSk6qdWFKTmFacW62ck5qUk5edn"
        "6xWkpCkXJKan2pooxQIA2g0dLQ.Py1guKX70Uqf6jpT21L5YiN4adDuIp-A7rGC71fhIXM"
    )
    assert LINKS.read(token) == OpeningTarget(QUERY_ID, 1, URL)


def test_a_signature_in_another_spelling_is_refused() -> None:
    """Four letters at its end mean the same bytes."""
    token = token_of(LINKS.link(QUERY_ID, 1, URL))
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    other = token[:-1] + letters[letters.index(token[-1]) ^ 1]
    said = r"^the link is damaged: its signature is not spelled as it was made$"
    with pytest.raises(LinkError, match=said):
        LINKS.read(other)


def test_a_link_signed_under_a_previous_secret_still_opens() -> None:
    """New ones are signed under the newest, so that the previous one can be taken off the list."""
    newest = b"the secret that followed"
    rotated = Links(Keys(newest, [SECRET]), "https://signpost.example")
    old, new = (token_of(links.link(QUERY_ID, 1, URL)) for links in (LINKS, rotated))
    assert rotated.read(old) == rotated.read(new) == OpeningTarget(QUERY_ID, 1, URL)
    assert Links(Keys(newest), "https://signpost.example").read(new).url == URL


def test_the_raw_secret_signs_nothing() -> None:
    """The signing key is derived: another part that signs with the secret cannot make a link."""
    forged = URLSafeSerializer(SECRET, salt="signpost.link").dumps([QUERY_ID, 1, URL])
    with pytest.raises(LinkError):
        LINKS.read(str(forged))


@pytest.mark.parametrize(
    "content",
    [
        None,
        "text",
        {"url": URL},
        [],
        [QUERY_ID, 1],
        [QUERY_ID, 1, URL, "more"],
        [1, QUERY_ID, URL],
        [QUERY_ID, True, URL],
        [QUERY_ID, "1", URL],
        [QUERY_ID, 1, "//evil.example"],
        [QUERY_ID, 1, None],
    ],
)
def test_a_well_signed_token_of_another_shape_is_refused(content: object) -> None:
    said = "^the link holds something that is no opening: it was signed for another use$"
    with pytest.raises(LinkError, match=said):
        LINKS.read(str(LINKS._serializer.dumps(content)))


def test_a_token_is_compact_and_does_not_say_who_asked() -> None:
    """It holds the question, the rank and the url, and nothing else."""
    token = token_of(LINKS.link(QUERY_ID, 1, URL))
    content = token.rpartition(".")[0]
    if content.startswith("."):
        raw = zlib.decompress(base64.urlsafe_b64decode(content[1:] + "=="))
    else:
        raw = base64.urlsafe_b64decode(content + "==")
    assert json.loads(raw) == [QUERY_ID, 1, URL]
    assert len(token) <= 170


@pytest.mark.parametrize("origin", ["", "signpost.example", "ftp://signpost.example", "https://"])
def test_an_origin_that_no_browser_reaches_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="no http or https address"):
        Links(Keys(SECRET), origin)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:3978", "http://INBOX"])
def test_a_slash_behind_the_origin_is_not_doubled(origin: str) -> None:
    assert Links(Keys(SECRET), f"{origin}/").link(QUERY_ID, 1, URL).startswith(f"{origin}/o/")
