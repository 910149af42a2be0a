"""python -m manifest package | icons"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from commands import command_group
from errors import SignpostError
from manifest.details import AppDetails
from manifest.drawing import colour_mark, outline_mark, to_image, to_svg
from manifest.package import HERE, build_package
from settings import ROOT, load_settings
from snapshot.store import SnapshotStore

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
        data = build_package(
            AppDetails(**values),
            sign_in_app_id=settings.sign_in_app_id,
            examples=SnapshotStore(settings.snapshots_dir).examples(),
        )
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except (SignpostError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo("Upload it in Teams: Apps > Manage your apps > Upload an app.", err=True)
    typer.echo(output)


@app.command()
def icons() -> None:
    """Draw the icons anew, and the picture of the search page from the same drawing."""
    to_image(colour_mark(), 192).save(HERE / "color.png", optimize=True)
    to_image(outline_mark(), 32).save(HERE / "outline.png", optimize=True)
    svg = to_svg(colour_mark(scale=0.86))
    (ROOT / "portal" / "static" / "signpost.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    app()
