"""python -m benchmarks.page: build/bench/index.html of what the benchmarks wrote there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.page.reading import read_all
from benchmarks.page.writing import page
from benchmarks.results import BENCH

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def write(
    folder: Annotated[Path, typer.Argument(help="The folder with the benchmarks' JSON.")] = BENCH,
) -> None:
    """Write the page beside what the benchmarks wrote, and print where it is."""
    benches = read_all(folder)
    if not benches:
        typer.echo(f"Error: no benchmark has written to {folder}: `make bench` does", err=True)
        sys.exit(1)
    path = folder / "index.html"
    path.write_text(page(benches), encoding="utf-8")
    typer.echo(path)


if __name__ == "__main__":
    app()
