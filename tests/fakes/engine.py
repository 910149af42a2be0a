"""An engine as somebody would add one: this module, and a row of the table that names it."""

from snapshot.engines import EngineRow
from snapshot.engines.exact import FILE_NAME, build, load

__all__ = ["FILE_NAME", "ROW", "build", "load"]

ROW = EngineRow("added", "tests.fakes.engine", "added-engine")
