"""The one place that reads the environment. Every setting is `SIGNPOST_<NAME>`, but for `PORT`.

Settings are read once, at start, from the environment and a file `.env` beside the program (the
environment wins). A bad one stops the program and is named together with what it takes. Each is
described for operators in `docs/configuration.md`, and a test holds that page to `Settings`.
"""

from settings.fields import PREFIX, ROOT, Settings
from settings.loading import load_settings

__all__ = ["PREFIX", "ROOT", "Settings", "load_settings"]
