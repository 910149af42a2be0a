"""How a benchmark's command is run."""

from __future__ import annotations

import sys

import typer

from errors import SignpostError
from retrieval.serving.machine import limit_blas_threads


def run(app: typer.Typer) -> None:
    """Exits with 1 and one message where Signpost raises an error of its own."""
    limit_blas_threads()
    try:
        app()
    except SignpostError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
