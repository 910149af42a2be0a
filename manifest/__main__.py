"""python -m manifest package | icons"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from commands import command_group
from errors import SignpostError, SnapshotError
from manifest.details import AppDetails
from manifest.drawing import colour_mark, outline_mark, to_image, to_svg
from manifest.package import HERE, build_package
from settings import ROOT, load_settings
from snapshot.reading import read_resources
from snapshot.store import SnapshotStore

_LISTED = 10

app = command_group("The Teams app package: what an administrator uploads to Teams.")


@app.command()
def package(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="The file to write.", show_default="build/signpost.zip"
        ),
    ] = ROOT / "build" / "signpost.zip",
) -> None:
    """Fill the manifest from the settings, check it as Teams would, and zip it with the icons."""
    try:
        settings = load_settings()
        values = {field.name: getattr(settings, field.name) for field in fields(AppDetails)}
        details, store = AppDetails(**values), SnapshotStore(settings.snapshots_dir)
        data = build_package(
            details,
            sign_in_app_id=settings.sign_in_app_id,
            examples=store.examples(),
            targeted=settings.targeted_messages,
        )
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except (SignpostError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if others := _hosts(store, details):
        listed = ", ".join(f"{host} ({count})" for host, count in others.most_common(_LISTED))
        typer.echo(
            f"Of what is for everyone, this lies elsewhere: {listed}. Links to it in Teams show "
            "what they open if SIGNPOST_LINK_DOMAINS names the host. Name only what is yours.",
            err=True,
        )
    typer.echo("Upload it in Teams: Apps > Manage your apps > Upload an app.", err=True)
    typer.echo(output)


def _hosts(store: SnapshotStore, details: AppDetails) -> Counter[str]:
    """Where resources for everyone are published whose links show nothing, and how many; none if
    there is no snapshot to be read."""
    try:
        resources = read_resources(store.path(store.active_id()))
    except SnapshotError:
        return Counter()
    parts = [urlsplit(one.url) for one in resources if not one.only_for]
    hosts = Counter(one.hostname or "" for one in parts if one.scheme == "https")
    for known in (details.domain, *details.link_domains):
        del hosts[known]
    return hosts


@app.command()
def icons() -> None:
    """Draw the icons anew, and the picture of the search page from the same drawing."""
    to_image(colour_mark(), 192).save(HERE / "color.png", optimize=True)
    to_image(outline_mark(), 32).save(HERE / "outline.png", optimize=True)
    svg = to_svg(colour_mark(scale=0.86))
    (ROOT / "portal" / "static" / "signpost.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    app()
