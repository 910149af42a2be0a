"""The environment of the peers: their own packages, over those that Signpost has."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from benchmarks.results import BENCH

FOLDER = BENCH / "peers-venv"
PYTHON = FOLDER / "bin" / "python"
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"
# What no peer may bring in another version, for all are measured on the same.
_SHARED = (
    *("faiss-cpu", "huggingface_hub", "numpy", "safetensors"),
    *("sentence-transformers", "tokenizers", "torch", "transformers"),
)


def install() -> list[str]:
    """Makes the environment anew and installs the peers; returns the packages that could not be.
    pip's reasons stand on the standard error."""
    venv.create(FOLDER, with_pip=True, clear=True)
    above = _site_packages() / "signpost.pth"
    above.write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    constraints = FOLDER / "constraints.txt"
    pinned = {name: importlib.metadata.version(name).partition("+")[0] for name in _SHARED}
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()))
    refused = []
    for packages in groups(_REQUIREMENTS.read_text(encoding="utf-8")):
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--constraint", constraints)
        if subprocess.run([*map(str, pip), *packages], stdout=sys.stderr, check=False).returncode:
            refused.append(" and ".join(packages))
    return refused


def has(package: str) -> bool:
    """Whether the environment holds that package."""
    if not PYTHON.exists():
        return False
    found = importlib.metadata.distributions(name=package, path=[str(_site_packages())])
    return any(True for _ in found)


def groups(requirements: str) -> list[list[str]]:
    """The requirements of each paragraph that has any, without comments."""
    paragraphs = (
        [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        for paragraph in requirements.split("\n\n")
    )
    return [lines for lines in paragraphs if lines]


def _site_packages() -> Path:
    return next(FOLDER.glob("lib/python*/site-packages"))
