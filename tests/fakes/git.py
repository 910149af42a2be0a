"""A bare git repository on this disk, and the work that is pushed to it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from index.sources import Access

_WHO = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false")


def git(folder: Path, *arguments: str) -> str:
    """What git says; fails the test if it fails."""
    done = subprocess.run(
        ["git", *_WHO, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class GitPlace:
    """A repository as `tests.contract.test_sources` changes it: each change is a commit."""

    def __init__(self, folder: Path) -> None:
        self._bare = folder / "bare.git"
        self.work = folder / "work"
        folder.mkdir()
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "bare.git")
        git(folder, "clone", "--quiet", str(self._bare), "work")
        git(self.work, "checkout", "--quiet", "-B", "main")
        self.url = self._bare.as_uri()
        self.access = Access()
        self.entry = f"type: git\nurl: {self.url}"

    def put(self, path: str, data: bytes) -> None:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self._push()

    def remove(self, path: str) -> None:
        (self.work / path).unlink()
        self._push()

    def break_off(self) -> None:
        self._bare.rename(self._bare.with_name("away.git"))

    def mend(self) -> None:
        self._bare.with_name("away.git").rename(self._bare)

    def close(self) -> None:
        pass

    def _push(self) -> None:
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "-m", "change")
        git(self.work, "push", "--quiet", "origin", "HEAD:refs/heads/main")
