"""A link opens what was shown, for as long as is set, and nothing else."""

import hashlib
import json
import string
import zlib
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.links import Links, OpeningTarget
from errors import LinkError, LinkExpired
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
def test_only_web_addresses_and_paths_of_this_server_get_links(url: str) -> None:
    """Anything else would make the product send people where a browser must not go."""
    with pytest.raises(ValueError, match="neither an http"):
        LINKS.link(QUERY_ID, 1, url)


def test_a_url_too_long_to_be_read_back_gets_no_link() -> None:
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(150))
    url = f"https://learn.example/{noise}"
    with pytest.raises(ValueError, match="too long for a link"):
        LINKS.link(QUERY_ID, 1, url)


def test_the_longest_link_that_is_made_is_read() -> None:
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(150))
    made = []
    for length in range(4000, len(noise), 10):
        url = f"https://learn.example/{noise[:length]}"
        try:
            made.append((url, LINKS.link(QUERY_ID, 1, url)))
        except ValueError:
            break
    url, link = made[-1]
    assert len(token_of(link)) > 4060
    assert LINKS.read(token_of(link)) == OpeningTarget(QUERY_ID, 1, url)


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
    with pytest.raises(LinkError, match="damaged, forged"):
        LINKS.read("A" * 4096)


def test_a_token_of_another_secret_is_refused() -> None:
    other = Links(Keys(b"the secret of other tests"), "https://signpost.example")
    with pytest.raises(LinkError, match=r"^the link is damaged, forged or by an earlier release$"):
        LINKS.read(token_of(other.link(QUERY_ID, 1, URL)))


def test_links_of_another_secret_or_of_releases_that_signed_them_open_no_more() -> None:
    """Those held no date, so that they could not expire."""
    token = (
        ".eJyLVjIwNDI2MTUzt7BMTEpOSU1D5yvpGOooZZSUFBRb6evnpCYW5emlViTmFuSk6qdWFKTmFacW62ck5qUk5edn"
        "6xWkpCkXJKan2pooxQIA2g0dLQ.Py1guKX70Uqf6jpT21L5YiN4adDuIp-A7rGC71fhIXM"
    )
    with pytest.raises(LinkError, match="earlier release"):
        LINKS.read(token)


def test_a_token_in_another_spelling_is_refused() -> None:
    """Several letters at its end mean the same bytes."""
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    longer = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(9))
    tokens = (token_of(LINKS.link(QUERY_ID, 1, URL + longer[:n])) for n in range(0, 500, 20))
    token = next(one for one in tokens if len(one) % 4)
    other = token[:-1] + letters[letters.index(token[-1]) ^ 1]
    with pytest.raises(LinkError, match=r"^the link is damaged: it is not spelled as it was made$"):
        LINKS.read(other)


def test_a_link_opens_for_as_many_days_as_are_set() -> None:
    now = 1_790_000_000.0
    links = Links(Keys(SECRET), "https://signpost.example", days=30, clock=lambda: now)
    token = token_of(links.link(QUERY_ID, 1, URL))
    now += 30 * 86_400
    assert links.read(token).url == URL
    now += 1
    with pytest.raises(LinkExpired, match="the link is 30 days old, and good for 30"):
        links.read(token)


@pytest.mark.parametrize("jump_s", [-86_400, 86_400])
def test_a_clock_that_jumps_a_day_expires_nothing(jump_s: int) -> None:
    now = 1_790_000_000.0
    links = Links(Keys(SECRET), "https://signpost.example", clock=lambda: now)
    token = token_of(links.link(QUERY_ID, 1, URL))
    now += jump_s
    assert links.read(token).url == URL


def test_a_link_keeps_of_which_resource_it_is_and_whether_that_was_restricted() -> None:
    token = token_of(LINKS.link(QUERY_ID, 1, URL, "r1", True))
    assert LINKS.read(token) == OpeningTarget(QUERY_ID, 1, URL, "r1", restricted=True)


def test_a_link_sealed_under_a_previous_secret_still_opens() -> None:
    """New ones are sealed under the newest, so that the previous one can be taken off the list."""
    newest = b"the secret that followed"
    rotated = Links(Keys(newest, [SECRET]), "https://signpost.example")
    old, new = (token_of(links.link(QUERY_ID, 1, URL)) for links in (LINKS, rotated))
    assert rotated.read(old) == rotated.read(new) == OpeningTarget(QUERY_ID, 1, URL)
    assert Links(Keys(newest), "https://signpost.example").read(new).url == URL


@pytest.mark.parametrize(
    "content",
    [
        None,
        "text",
        {"url": URL},
        [],
        [QUERY_ID, 1, URL],
        [QUERY_ID, 1, URL, "r1", 0, "more"],
        [1, QUERY_ID, URL, "r1", 0],
        [QUERY_ID, True, URL, "r1", 0],
        [QUERY_ID, "1", URL, "r1", 0],
        [QUERY_ID, 1, "//evil.example", "r1", 0],
        [QUERY_ID, 1, None, "r1", 0],
        [QUERY_ID, 1, URL, None, 0],
        [QUERY_ID, 1, URL, "r1", 2],
    ],
)
def test_a_well_sealed_token_of_another_shape_is_refused(content: object) -> None:
    with pytest.raises(LinkError, match="the link holds something that is no opening"):
        LINKS.read(_sealed(zlib.compress(json.dumps(content).encode())))


@pytest.mark.parametrize("packed", [b"", b"junk", zlib.compress(b"{"), zlib.compress(b"[" * 10**6)])
def test_a_well_sealed_token_that_holds_junk_is_refused(packed: bytes) -> None:
    with pytest.raises(LinkError, match="the link holds something that is no opening"):
        LINKS.read(_sealed(packed))


def _sealed(packed: bytes) -> str:
    return LINKS._seal.encrypt(packed).decode().rstrip("=")


def test_a_token_is_compact_and_tells_nothing_of_what_it_opens() -> None:
    """Who is handed the link of somebody else does not read the address in it."""
    token = token_of(LINKS.link(QUERY_ID, 1, URL, "abcdefghijklm", True))
    assert len(token) <= 260
    raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert all(word not in raw for word in (b"learn", b"handbook", QUERY_ID.encode()))


@pytest.mark.parametrize("origin", ["", "signpost.example", "ftp://signpost.example", "https://"])
def test_an_origin_that_no_browser_reaches_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="no http or https address"):
        Links(Keys(SECRET), origin)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:3978", "http://INBOX"])
def test_a_slash_behind_the_origin_is_not_doubled(origin: str) -> None:
    assert Links(Keys(SECRET), f"{origin}/").link(QUERY_ID, 1, URL).startswith(f"{origin}/o/")


def test_a_picture_s_address_says_which_for_a_week() -> None:
    now = [1_000_000.0]
    links = Links(Keys(SECRET), "https://signpost.example", clock=lambda: now[0])
    url = links.picture("leave", 4, "Leave is 25 days – ü.")
    token = url.removeprefix("https://signpost.example/pages/")
    assert links.read_picture(token) == ("leave", 4, "Leave is 25 days – ü.")
    now[0] += 7 * 86_400
    assert links.read_picture(token)[1] == 4
    now[0] += 1
    with pytest.raises(LinkError, match="too old"):
        links.read_picture(token)


@pytest.mark.parametrize("token", ["", "x", "é", token_of(LINKS.link(QUERY_ID, 1, URL))])
def test_what_is_no_picture_s_address_shows_none(token: str) -> None:
    with pytest.raises(LinkError, match="damaged, forged or too old"):
        LINKS.read_picture(token)
