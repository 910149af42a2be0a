"""`python -m identity`, as an administrator runs it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.database import Database
from errors import SettingsError
from identity.__main__ import app
from identity.person import Person
from identity.sessions import Sessions
from settings import Settings
from state.endings import Endings
from state.state import State

ANNA = "99999999-aaaa-4bbb-8ccc-dddddddddddd"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "audiences.yaml").write_text(f"managers: [{ANNA}]\n")
    return {
        "SIGNPOST_AUDIENCES_FILE": str(tmp_path / "audiences.yaml"),
        "SIGNPOST_SNAPSHOTS_DIR": str(tmp_path / "none"),
    }


def test_it_tells_the_audiences_though_graph_and_content_are_not_there(
    environment: dict[str, str],
) -> None:
    done = CliRunner().invoke(app, ["whois", "--user", ANNA, "--json"], env=environment)
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["audiences"]["managers"] == ["the audiences file lists this person"]
    assert "Microsoft Graph is not asked" in found["unknown"]


def test_it_fails_if_graph_should_tell_and_does_not(environment: dict[str, str]) -> None:
    environment |= {"SIGNPOST_GRAPH_CLIENT_ID": "app", "SIGNPOST_TENANT_ID": "contoso.com"}
    done = CliRunner().invoke(app, ["whois", "--user", ANNA], env=environment)
    assert done.exit_code == 1
    assert "SIGNPOST_GRAPH_CLIENT_SECRET or SIGNPOST_GRAPH_CERTIFICATE" in done.stdout


def test_a_name_is_no_id(environment: dict[str, str]) -> None:
    done = CliRunner().invoke(app, ["whois", "--user", "anna@contoso.com"], env=environment)
    assert done.exit_code == 2
    assert "is no object id" in done.output


def test_revoke_signs_somebody_out_of_a_server_that_runs(tmp_path: Path) -> None:
    tenant = "66666666-7777-4888-8999-000000000000"
    environment = {
        "SIGNPOST_TENANT_ID": tenant,
        "SIGNPOST_SECRET": "s" * 32,
        "SIGNPOST_DATA_DIR": str(tmp_path),
    }
    settings = Settings(_env_file=None, tenant_id=tenant, secret="s" * 32, data_dir=tmp_path)

    async def stands() -> bool:
        """Whether a session from before still stands, for a server that starts now."""
        state = await State.open(settings.query_log_url, settings.keys.newest("state"))
        session = await Sessions(settings.keys, Endings(state)).read(cookie)
        await state.close()
        return session is not None

    async def database() -> None:
        """The one that a server has made."""
        await (await Database.open(settings.query_log_url)).close()

    asyncio.run(database())
    sessions = Sessions(settings.keys, Endings(State()))
    cookie = sessions.write(sessions.open(Person(object_id=ANNA, tenant_id=tenant)))
    done = CliRunner().invoke(app, ["revoke", "--user", ANNA.replace("9", "8")], env=environment)
    assert (done.exit_code, asyncio.run(stands())) == (0, True)
    done = CliRunner().invoke(app, ["revoke", "--user", ANNA.upper()], env=environment)
    assert (done.exit_code, asyncio.run(stands())) == (0, False)


def test_revoke_says_if_there_is_no_tenant(environment: dict[str, str]) -> None:
    done = CliRunner().invoke(app, ["revoke", "--user", ANNA], env=environment)
    assert isinstance(done.exception, SettingsError)
