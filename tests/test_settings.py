"""A bad setting stops the program, named together with what it takes; secrets are never shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bots.outgoing.credentials import AppType
from encoder.model_card import ModelSettings
from errors import SettingsError
from identity.person import Role
from keys import Keys
from settings import ROOT, Settings, load_settings

CREDENTIALS = {
    "SIGNPOST_APP_ID": "11111111-2222-4333-8444-555555555555",
    "SIGNPOST_TENANT_ID": "66666666-7777-4888-8999-000000000000",
    "SIGNPOST_APP_PASSWORD": "the client secret",
    "SIGNPOST_PUBLIC_URL": "https://signpost.example.com/",
    "SIGNPOST_SECRET": "s" * 32,
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"SIGNPOST_{field.upper()}", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_the_defaults_serve_nobody() -> None:
    """Fail closed: nothing set means no server, and the message lists what to set."""
    with pytest.raises(SettingsError) as caught:
        load_settings().require_server()
    for name in [*CREDENTIALS, "SIGNPOST_APP_CERTIFICATE", "SIGNPOST_DEVELOPMENT=1"]:
        assert name in str(caught.value)


def test_full_credentials_start_a_single_tenant_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **CREDENTIALS)
    settings = load_settings()
    settings.require_server()
    assert settings.app_type is AppType.SINGLE_TENANT
    assert settings.allowed_tenant_ids == {CREDENTIALS["SIGNPOST_TENANT_ID"]}
    assert settings.origin == "https://signpost.example.com"


@pytest.mark.parametrize("missing", sorted(CREDENTIALS))
def test_each_credential_is_needed(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    _set(monkeypatch, **{k: v for k, v in CREDENTIALS.items() if k != missing})
    with pytest.raises(SettingsError, match=missing):
        load_settings().require_server()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SIGNPOST_APP_ID": "abc"}, "SIGNPOST_APP_ID='abc': an application id is a GUID"),
        ({"SIGNPOST_TENANT_ID": "contoso"}, "SIGNPOST_TENANT_ID='contoso': Teams names tenants"),
        ({"SIGNPOST_ALLOWED_TENANTS": "contoso"}, "'contoso' in SIGNPOST_ALLOWED_TENANTS: Teams"),
        (
            {"SIGNPOST_TENANT_ID": "contoso.onmicrosoft.com"},
            "SIGNPOST_TENANT_ID='contoso.onmicrosoft.com' alone: Teams names tenants",
        ),
    ],
)
@pytest.mark.parametrize("development", ["0", "1"])
def test_an_id_that_is_none_does_not_start_a_server(
    monkeypatch: pytest.MonkeyPatch, development: str, changed: dict[str, str], told: str
) -> None:
    """It would let nobody in, and say so only once somebody asks."""
    _set(monkeypatch, **CREDENTIALS | changed, SIGNPOST_DEVELOPMENT=development)
    with pytest.raises(SettingsError, match=told):
        load_settings().require_server()


def test_a_tenant_may_be_named_by_its_domain_beside_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tenant_id = CREDENTIALS["SIGNPOST_TENANT_ID"]
    named = {"SIGNPOST_TENANT_ID": "Contoso.onmicrosoft.com", "SIGNPOST_ALLOWED_TENANTS": tenant_id}
    _set(monkeypatch, **CREDENTIALS | named)
    settings = load_settings()
    settings.require_server()
    assert tenant_id in settings.allowed_tenant_ids


def test_a_managed_identity_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {k: v for k, v in CREDENTIALS.items() if k != "SIGNPOST_APP_PASSWORD"}
    _set(monkeypatch, **values, SIGNPOST_APP_TYPE="UserAssignedMSI")
    settings = load_settings()
    settings.require_server()
    assert settings.app_type is AppType.MANAGED_IDENTITY
    assert settings.app_password.get_secret_value() == ""


SIGN_IN = CREDENTIALS | {"SIGNPOST_SIGN_IN": "1"}


def test_people_sign_in_with_the_bots_own_application(monkeypatch: pytest.MonkeyPatch) -> None:
    group = "AAAAAAAA-0000-4000-8000-000000000001"
    _set(monkeypatch, **SIGN_IN, SIGNPOST_ROLE_GROUPS=f"analyst={group}, admin={group}")
    settings = load_settings()
    settings.require_server()
    entra = settings.entra
    assert settings.sign_in_app_id == entra.client_id == CREDENTIALS["SIGNPOST_APP_ID"]
    assert (entra.password, entra.host) == ("the client secret", "signpost.example.com")
    assert entra.tenants == {CREDENTIALS["SIGNPOST_TENANT_ID"]}
    assert entra.role_groups == {Role.ANALYST: {group.lower()}, Role.ADMIN: {group.lower()}}


def test_or_with_another_and_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "99999999-2222-4333-8444-555555555555"
    _set(monkeypatch, **SIGN_IN, SIGNPOST_SIGN_IN_CLIENT_ID=other)
    with pytest.raises(SettingsError, match="takes one of SIGNPOST_SIGN_IN_CLIENT_SECRET or"):
        load_settings().require_server()
    _set(monkeypatch, SIGNPOST_SIGN_IN_CLIENT_SECRET="its secret")
    settings = load_settings()
    settings.require_server()
    assert (settings.entra.client_id, settings.entra.password) == (other, "its secret")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"SIGNPOST_PUBLIC_URL": "http://signpost.example.com"}, "people sign in over https only"),
        ({"SIGNPOST_DEVELOPMENT": "1"}, "in development nobody signs in"),
        ({"SIGNPOST_SIGN_IN_CLIENT_ID": "signpost"}, "SIGNPOST_SIGN_IN_CLIENT_ID='signpost'"),
        (
            {"SIGNPOST_APP_TYPE": "UserAssignedMSI", "SIGNPOST_APP_PASSWORD": ""},
            "takes one of SIGNPOST_APP_PASSWORD or SIGNPOST_APP_CERTIFICATE",
        ),
    ],
)
def test_a_sign_in_that_could_not_work_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    _set(monkeypatch, **SIGN_IN | values)
    with pytest.raises(SettingsError, match=said):
        load_settings().require_server()


def test_the_development_switch_needs_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SIGNPOST_DEVELOPMENT="1", PORT="4000")
    settings = load_settings()
    settings.require_server()
    assert settings.origin == "http://127.0.0.1:4000"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "signpost.example.com"])  # noqa: S104 (it is what must be refused)
def test_the_development_switch_stays_on_loopback(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    _set(monkeypatch, SIGNPOST_DEVELOPMENT="1", SIGNPOST_HOST=host)
    with pytest.raises(SettingsError, match="SIGNPOST_DEVELOPMENT=1"):
        load_settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_every_loopback_address_will_do(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    _set(monkeypatch, SIGNPOST_DEVELOPMENT="1", SIGNPOST_HOST=host)
    settings = load_settings()
    assert settings.host == host
    assert urlsplit(settings.origin).hostname == host


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("PORT", "abc", "integer"),
        ("PORT", "0", "greater than or equal to 1"),
        ("SIGNPOST_LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("SIGNPOST_APP_TYPE", "Tenant", "'SingleTenant'"),
        ("SIGNPOST_PUBLIC_URL", "signpost.example.com", "URL"),
        ("SIGNPOST_SNAPSHOTS_KEPT", "0", "greater than or equal to 1"),
        ("SIGNPOST_ENGINE", "annoy", "'auto', 'faiss', "),
        ("SIGNPOST_MODEL_LANGUAGES", "en, English", "'English' is no language: name codes such as"),
        ("SIGNPOST_ROLE_GROUPS", "analyst", "'analyst' must be a role (reader, editor, analyst"),
        ("SIGNPOST_ROLE_GROUPS", "boss=11111111-2222-4333-8444-555555555555", "'boss=1111"),
        ("SIGNPOST_LINK_DAYS", "0", "greater than or equal to 1"),
        ("SIGNPOST_MODEL_LANGUAGES", "en any", "'any' is no language"),
    ],
)
def test_a_bad_value_is_named_with_what_is_accepted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, takes: str
) -> None:
    _set(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"{name}={value!r}")
    assert takes in message


def test_what_a_model_s_files_lack_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The space that ends a prompt counts, in the file too."""
    assert load_settings().of_model == ModelSettings()
    (tmp_path / ".env").write_text('SIGNPOST_QUESTION_PROMPT="query: "\n')
    _set(monkeypatch, SIGNPOST_PASSAGE_PROMPT="passage: ", SIGNPOST_MODEL_LANGUAGES="en, de")
    assert load_settings().of_model == ModelSettings("query: ", "passage: ", ("en", "de"))
    _set(monkeypatch, SIGNPOST_MODEL_LANGUAGES="any")
    assert load_settings().of_model.languages == ("any",)


def test_a_misspelt_setting_is_answered_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SIGNPOST_APPID="x")
    with pytest.raises(SettingsError, match=r"SIGNPOST_APPID.*did you mean SIGNPOST_APP_ID"):
        load_settings()


def test_a_misspelt_setting_in_the_file_is_answered_too(tmp_path: Path) -> None:
    """What is other programs' in it is left alone."""
    (tmp_path / ".env").write_text("COMPOSE_PROJECT_NAME=x\nSIGNPOST_APPID=x\n")
    with pytest.raises(SettingsError, match=r"SIGNPOST_APPID.*did you mean SIGNPOST_APP_ID"):
        load_settings()


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("SIGNPOST_CONTACT_NAME=Grüße\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"/\.env cannot be read: .*utf-8"):
        load_settings()


def test_an_empty_value_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As programs that start others pass on what is not set: of a path it would be this folder."""
    names = ("APP_CERTIFICATE", "AUDIENCES_FILE", "DATA_DIR", "SNAPSHOTS_KEPT", "APP_NAME")
    expected = load_settings()
    _set(monkeypatch, PORT="", **{f"SIGNPOST_{name}": "" for name in names})
    assert load_settings() == expected
    assert expected.app_certificate is None


def test_links_need_an_address_that_a_browser_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contact may be reached by mail instead."""
    _set(monkeypatch, SIGNPOST_CONTACT_URL="mailto:learning@example.com")
    assert load_settings().contact_url == "mailto:learning@example.com"
    _set(monkeypatch, SIGNPOST_PUBLIC_URL="mailto:learning@example.com")
    with pytest.raises(SettingsError, match=r"SIGNPOST_PUBLIC_URL.*'http' or 'https'"):
        load_settings()


FORMER, PRESENT = "SIGNPOST_LOG_URL", "SIGNPOST_QUERY_LOG_URL"


def test_the_query_log_is_a_file_in_the_data_folder_unless_another_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, SIGNPOST_DATA_DIR=str(tmp_path), **{PRESENT: ""})
    assert load_settings().query_log_url == f"sqlite+aiosqlite:///{tmp_path}/signpost.db"
    _set(monkeypatch, **{PRESENT: "sqlite:///other.db"})
    assert load_settings().query_log_url == "sqlite:///other.db"


def test_the_query_log_s_former_name_works_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, **{FORMER: "sqlite:///hunter2.db"})
    told: list[str] = []
    assert load_settings(told.append).query_log_url == "sqlite:///hunter2.db"
    assert told == [
        "SIGNPOST_LOG_URL is now SIGNPOST_QUERY_LOG_URL; the former name works for now, but rename "
        "it"
    ]
    load_settings()
    assert capsys.readouterr() == ("", f"Note: {told[0]}\n")


def test_the_former_name_is_read_from_the_file_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"{FORMER}=sqlite:///file.db\n")
    assert load_settings(print).query_log_url == "sqlite:///file.db"
    _set(monkeypatch, **{PRESENT: "sqlite:///file.db"})
    assert load_settings(print).query_log_url == "sqlite:///file.db"


def test_the_present_name_is_not_worth_a_note(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(monkeypatch, **{PRESENT: "sqlite:///x.db", FORMER: ""})
    assert load_settings().query_log_url == "sqlite:///x.db"
    assert capsys.readouterr() == ("", "")


def test_two_names_of_two_query_logs_are_refused_without_showing_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their addresses hold passwords."""
    _set(monkeypatch, **{PRESENT: "postgresql://a:hunter2@b/c", FORMER: "sqlite:///x.db"})
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "SIGNPOST_QUERY_LOG_URL and its former name SIGNPOST_LOG_URL name two databases: unset "
        "SIGNPOST_LOG_URL"
    )


def test_the_server_tells_a_former_name_in_its_log_stream(tmp_path: Path) -> None:
    """It does so before it asks for the credentials that are missing here."""
    others = {name: value for name, value in os.environ.items() if "SIGNPOST_" not in name}
    named = {FORMER: f"sqlite:///{tmp_path}/x.db", "SIGNPOST_LOG_FORMAT": "json"}
    done = subprocess.run(
        [sys.executable, ROOT / "app.py"],
        env=others | named,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    told, *rest = done.stderr.splitlines()
    line = json.loads(told)
    assert (line["event"], line["level"]) == ("setting.renamed", "warning")
    assert line["reason"].startswith("SIGNPOST_LOG_URL is now SIGNPOST_QUERY_LOG_URL")
    assert rest[0].startswith("Signpost cannot start: ")
    assert (done.returncode, done.stdout) == (1, "")


def test_secrets_are_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **CREDENTIALS)
    shown = f"{load_settings()!r} {load_settings()}"
    assert "the client secret" not in shown
    assert "s" * 32 not in shown


def test_a_short_secret_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SIGNPOST_SECRET="hunter2")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "32 characters" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_previous_secrets_stand_between_spaces_and_are_each_long_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newest, older, oldest = "n" * 32, "a" * 32, "b" * 40
    _set(monkeypatch, SIGNPOST_SECRET=newest, SIGNPOST_PREVIOUS_SECRETS=f"{older} {oldest}")
    expected = Keys(newest.encode(), [older.encode(), oldest.encode()])
    assert load_settings().keys.all("link") == expected.all("link")
    _set(monkeypatch, SIGNPOST_PREVIOUS_SECRETS=f"{older} hunter2")
    with pytest.raises(SettingsError, match="each, between spaces, must have 32") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
    assert older not in str(caught.value)


def test_lists_are_separated_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SIGNPOST_ALLOWED_TENANTS="a, b c", SIGNPOST_TENANT_ID="d")
    assert load_settings().allowed_tenant_ids == {"a", "b", "c", "d"}


def test_recordings_play_from_platforms_and_hosts_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SIGNPOST_PLAYS_FROM="YouTube, media.example.com:8443")
    assert load_settings().plays_from == ("youtube", "media.example.com:8443")
    for bad in ("https://media.example.com", "*.example.com", "media.example.com/talks", "stream"):
        _set(monkeypatch, SIGNPOST_PLAYS_FROM=f"vimeo {bad}")
        with pytest.raises(SettingsError, match="SIGNPOST_PLAYS_FROM"):
            load_settings()


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SIGNPOST_CONTACT_NAME=File\nSIGNPOST_LOG_LEVEL=ERROR\n")
    _set(monkeypatch, SIGNPOST_CONTACT_NAME="Environment")
    settings = load_settings()
    assert (settings.contact_name, settings.log_level) == ("Environment", "ERROR")


def test_a_server_loads_no_readers() -> None:
    """Settings of the offline job cost it neither time nor memory."""
    program = (
        "import sys, app; names = ('bs4', 'index.readers'); "
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
