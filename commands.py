"""What the commands share: how they are set up, where they print, and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from errors import SignpostError

# Titles, paths and addresses hold brackets and colons, which are no markup; styles come as rich's
# Text.
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
_ANY_WIDTH = 1_000_000
_READABLE_WIDTH = 12

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def command_group(purpose: str) -> typer.Typer:
    """What a package's commands are added to; `purpose` begins their help."""
    return typer.Typer(help=purpose, no_args_is_help=True, add_completion=False)


def run(group: typer.Typer, *expected: type[Exception]) -> None:
    """Runs the command that the process was started with. A SignpostError, or one of `expected`,
    becomes a line on stderr and exit code 1."""
    caught: tuple[type[Exception], ...] = (SignpostError, *expected)
    try:
        group()
    except caught as error:
        err.print(Text.assemble(("Error: ", "red"), str(error)))
        sys.exit(1)


def print_json(
    data: Any, *, default: Callable[[Any], Any] = asdict, ensure_ascii: bool = False
) -> None:
    """For scripts, on stdout. `default` says what becomes of a value that is no JSON; dataclasses
    become objects if it is not given."""
    typer.echo(json.dumps(data, ensure_ascii=ensure_ascii, indent=2, default=default))


def print_table(table: Table, console: Console) -> None:
    """Columns that must not wrap are whole however narrow the terminal is, so that what stands in
    them can be copied. If a program reads the output, every row is one line."""
    for column in table.columns:
        longest = max(cell_len(str(cell)) for cell in [column.header, *column.cells])
        column.min_width = longest if column.no_wrap else min(longest, _READABLE_WIDTH)
    measured = Measurement.get(console, console.options.update(max_width=_ANY_WIDTH), table)
    wanted = max(console.width, measured.minimum) if console.is_terminal else _ANY_WIDTH
    table.width = min(wanted, measured.maximum)
    console.print(table, soft_wrap=True)
