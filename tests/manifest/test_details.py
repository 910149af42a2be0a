"""What the app package takes from the settings."""

from dataclasses import fields, replace
from typing import Any

import pytest

from errors import SettingsError
from manifest.details import AppDetails, check_details, setting
from settings import PREFIX, Settings

DETAILS = AppDetails(
    app_id="11111111-2222-4333-8444-555555555555",
    public_url="https://signpost.example.com:8443/bot",
    developer_name="Learning team",
    developer_url="https://example.com/signpost",
    privacy_url="https://example.com/privacy",
    terms_url="https://example.com/terms",
    app_name="Signpost",
    app_version="1.0.0",
)


def test_every_detail_is_a_setting() -> None:
    """The command takes them by name, and messages name them."""
    for field in fields(AppDetails):
        assert field.name in Settings.model_fields
        assert setting(field.name) == PREFIX + field.name.upper()


def test_the_domain_is_the_bare_host_of_the_public_url() -> None:
    assert DETAILS.domain == "signpost.example.com"
    assert setting("domain") == "SIGNPOST_PUBLIC_URL"


def _told(details: AppDetails) -> str:
    """What is said of them; nothing, if the package can be made."""
    try:
        check_details(details)
    except SettingsError as error:
        return str(error)
    return ""


def test_complete_details_pass() -> None:
    assert _told(DETAILS) == ""


def test_without_settings_the_message_names_all_that_are_needed() -> None:
    """A new user's first `make package`."""
    empty = AppDetails("", "", "", "", "", "", "Signpost", "1.0.0")
    named = [line.split(":")[0].strip() for line in _told(empty).splitlines()[1:]]
    assert named == [
        "SIGNPOST_APP_ID",
        "SIGNPOST_PUBLIC_URL",
        "SIGNPOST_DEVELOPER_NAME",
        "SIGNPOST_DEVELOPER_URL",
        "SIGNPOST_PRIVACY_URL",
        "SIGNPOST_TERMS_URL",
    ]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("app_id", "signpost", "SIGNPOST_APP_ID='signpost': an application id is a GUID"),
        ("app_id", DETAILS.app_id + "0", "SIGNPOST_APP_ID="),
        ("public_url", "http://signpost.example.com", "Teams takes https addresses only"),
        ("public_url", "https://127.0.0.1:3978", "host name of the public DNS"),
        ("public_url", "https://localhost", "host name of the public DNS"),
        ("public_url", "https://intranet", "host name of the public DNS"),
        ("developer_url", "mailto:help@example.com", "SIGNPOST_DEVELOPER_URL="),
        ("privacy_url", "http://example.com", "SIGNPOST_PRIVACY_URL="),
        ("terms_url", "ftp://example.com", "SIGNPOST_TERMS_URL="),
        ("app_version", "1.0", "SIGNPOST_APP_VERSION='1.0': a version is three numbers"),
        ("app_version", "1.0.0-beta", "SIGNPOST_APP_VERSION="),
        ("app_version", "01.0.0", "SIGNPOST_APP_VERSION="),
        ("link_domains", ("docs.example.com", "*.example.com"), "names '*.example.com'"),
        ("link_domains", ("https://docs.example.com",), "names 'https://docs.example.com'"),
        ("link_domains", ("docs.example.com:8443",), "SIGNPOST_LINK_DOMAINS names"),
        ("link_domains", ("localhost",), "names 'localhost', which is no host name"),
    ],
)
def test_a_value_that_teams_would_refuse_is_named_with_what_is_taken(
    field: str, value: str | tuple[str, ...], said: str
) -> None:
    changed: dict[str, Any] = {field: value}
    assert said in _told(replace(DETAILS, **changed))
