"""`python -m identity whois`, as an administrator runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from identity.__main__ import app

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
