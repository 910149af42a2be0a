"""What is published elsewhere plays on our page where that is allowed, and nothing else loads."""

from __future__ import annotations

import pytest

from portal.library.playing import Playing, playing
from portal.pages import CONTENT_SECURITY_POLICY

EVERY = ("youtube", "vimeo", "media.example.com", "media.example.com:8443")
_YOUTUBE = (
    "https://www.youtube-nocookie.com/embed/M7lc1UVf-VE?autoplay=1&playsinline=1&rel=0&start={s}"
)


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=M7lc1UVf-VE&t=3s", _YOUTUBE),
        ("https://youtu.be/M7lc1UVf-VE", _YOUTUBE),
        ("https://m.youtube.com/shorts/M7lc1UVf-VE", _YOUTUBE),
        ("https://www.youtube.com/embed/M7lc1UVf-VE", _YOUTUBE),
        (
            "https://vimeo.com/76979871",
            "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1#t={s}s",
        ),
        (
            "https://vimeo.com/76979871/ab12cd34",
            "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1&h=ab12cd34#t={s}s",
        ),
        (
            "https://player.vimeo.com/video/76979871?h=ab12",
            "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1&h=ab12#t={s}s",
        ),
    ],
)
def test_a_platform_s_player_is_framed_and_nothing_but_it(url: str, frame: str) -> None:
    origin = "/".join(frame.split("/")[:3])
    policy = f"{CONTENT_SECURITY_POLICY}; frame-src {origin}"
    assert playing(url, EVERY) == Playing(frame=frame, policy=policy)
    assert playing(url, ("media.example.com",)) == Playing()


@pytest.mark.parametrize("host", ["media.example.com", "media.example.com:8443"])
def test_a_media_file_plays_from_its_own_address(host: str) -> None:
    url = f"https://{host}/talks/a%20talk.mp4?sig=1"
    found = playing(url, EVERY)
    assert (found.frame, found.file, found.content_type) == ("", url, "video/mp4")
    assert f"media-src 'self' https://{host};" in found.policy
    assert "frame-src" not in found.policy
    assert playing(url, ("youtube", "vimeo")) == Playing()


@pytest.mark.parametrize(
    "url",
    [
        "/content/talk.vtt",
        "http://media.example.com/talk.mp4",
        "https://media.example.com/talk.mkv",
        "https://media.example.com/talk.html",
        "https://media.example.com.evil.example/talk.mp4",
        "https://media.example.com:9/talk.mp4",
        "https://youtube.com.evil.example/watch?v=M7lc1UVf-VE",
        "https://www.youtube.com/playlist?list=PL123",
        "https://www.youtube.com/watch?v=%22%3E%3Cscript",
        "https://vimeo.com/channels/staffpicks",
        "https://stream.example.com/talk",
        "https://[::1/talk.mp4",
    ],
)
def test_what_is_no_recording_that_is_allowed_does_not_play(url: str) -> None:
    assert playing(url, EVERY) == Playing()


def test_a_secret_that_is_none_is_left_out() -> None:
    frame = playing("https://vimeo.com/1?h=%22%3E", EVERY).frame
    assert frame == "https://player.vimeo.com/video/1?dnt=1&autoplay=1#t={s}s"
