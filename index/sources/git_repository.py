"""A git repository as a source: the files of one revision, through the `git` program.

Only its objects are read: nothing is checked out, no hook, filter or submodule is run, and git is
started without a terminal, so that it cannot ask for a password. What it takes to sign in (keys, a
credential helper) is git's own, as for whoever runs the build.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from errors import ContentError
from index.sources import Access, ItemUnreadable, Listing, SourceItem, SourceUnreachable

# https://git-scm.com/docs/git-fetch#_git_urls; `ext::` and other helpers run programs.
_URL = re.compile(r"(?:https|ssh|file)://(?!-)[^\s\\]+|\w[\w.-]*@\w[\w.-]*:[^\s\\]+|/[^\s\\]*")
_WITH_PASSWORD = re.compile(r"(?!ssh://[^/@:]*@)\w+://[^/]*@")
# https://git-scm.com/docs/git-check-ref-format
_REF = re.compile(r"(?!.*\.\.)[\w][\w./+-]*")
_HEAD = "refs/signpost/head"
_FILE, _PROGRAM, _LINK = "100644", "100755", "120000"
_SUBMODULE = "160000"
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_LFS = b"version https://git-lfs.github.com/spec/"
_LFS_BYTES = 1024
_OPTIONS = (
    *("-c", "protocol.allow=never"),
    *("-c", "protocol.https.allow=always"),
    *("-c", "protocol.ssh.allow=always"),
    *("-c", "protocol.file.allow=always"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.autoDetach=false"),
    *("-c", "maintenance.autoDetach=false"),
    *("-c", "credential.interactive=false"),
)
# What git needs of the environment to find itself, keys, helpers and a proxy; no secret of ours.
_INHERITED = (
    *("PATH", "HOME", "USER", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "SYSTEMROOT", "USERPROFILE"),
    *("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO"),
)
_SAID = 300


def open_source(place: Mapping[str, str], folder: Path, access: Access) -> GitRepository:
    """Raises ContentError for an address, a revision or a path that git should not be given."""
    url, ref, path = place["url"], place.get("ref", "HEAD"), place.get("path", "")
    if _WITH_PASSWORD.match(url):
        raise ContentError("url holds a user or password: leave them to a credential helper of git")
    if not _URL.fullmatch(url) or "::" in url:
        raise ContentError(f"url is {url}: write https://..., ssh://..., user@host:... or a path")
    if not _REF.fullmatch(ref):
        raise ContentError(f"ref is {ref}: it must be a branch or a tag")
    parts = path.strip("/").split("/") if path else []
    if any(part in ("", ".", "..") for part in parts):
        raise ContentError(f"path is {path}: it must be a folder of the repository, such as docs")
    return GitRepository(url, ref, "/".join(parts), folder / "git", access.timeout_s)


class GitRepository:
    """Versions are the ids that git gives to contents. Only the newest commit is fetched."""

    def __init__(self, url: str, ref: str, path: str, folder: Path, timeout_s: float) -> None:
        self._url = url
        self._ref = ref
        self._path = path
        self._folder = folder
        self._timeout_s = timeout_s
        self._objects: subprocess.Popen[bytes] | None = None

    async def list(self, memory: str) -> Listing:
        if not (self._folder / "HEAD").exists():
            self._git("init", "--quiet", "--bare", "--template=", "--", str(self._folder))
        self._git(
            *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force"),
            *("--no-write-fetch-head", "--", self._url, f"{self._ref}:{_HEAD}"),
        )
        commit = self._git("rev-parse", "--verify", "--quiet", _HEAD).decode().strip()
        if memory != commit:
            self._git("gc", "--quiet", "--prune=now")  # what was withdrawn is not kept
        where = f"{_HEAD}:{self._path}"
        listed = self._git("ls-tree", "-r", "-z", "-l", "--end-of-options", where)
        return Listing(tuple(_items(listed)), commit)

    async def read(self, item: SourceItem) -> bytes:
        data = self._object(item.id)
        if data.startswith(_LFS) and len(data) <= _LFS_BYTES:
            raise ItemUnreadable("git holds only a pointer to it: it is kept by Git LFS")
        return data

    async def close(self) -> None:
        if self._objects:
            self._objects.kill()
            self._objects.communicate()

    def _object(self, name: str) -> bytes:
        """https://git-scm.com/docs/git-cat-file#_batch_output"""
        try:
            if self._objects is None:
                self._objects = subprocess.Popen(  # noqa: S603 (a list, and no shell)
                    _command(self._folder, "cat-file", "--batch"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    start_new_session=True,
                )
            assert self._objects.stdin and self._objects.stdout  # noqa: S101 (for types)
            self._objects.stdin.write(f"{name}\n".encode())
            self._objects.stdin.flush()
            header = self._objects.stdout.readline().split()
            if len(header) != 3:
                raise SourceUnreachable(f"git does not have the object {name}")
            data = self._objects.stdout.read(int(header[2]) + 1)
        except OSError as error:
            raise SourceUnreachable(f"git cannot be asked for {name}: {error}") from error
        if len(data) != int(header[2]) + 1:
            raise SourceUnreachable(f"git stopped while it gave {name}")
        return data[:-1]

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 (a list, and no shell)
                _command(self._folder, *arguments),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=_environment(),
                start_new_session=True,  # no terminal: it cannot ask for a password
                timeout=self._timeout_s,
                check=False,
            )
        except FileNotFoundError as error:
            raise SourceUnreachable("git is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise SourceUnreachable(f"git took more than {self._timeout_s:g} s") from error
        if done.returncode != 0:
            said = " ".join(done.stderr.decode(errors="replace").split())
            raise SourceUnreachable(f"git {arguments[0]} {self._url}: {said[:_SAID]}")
        return done.stdout


def _command(folder: Path, *arguments: str) -> list[str]:
    at = () if arguments[0] == "init" else (f"--git-dir={folder}",)
    return ["git", *at, *_OPTIONS, *arguments]


def _items(listed: bytes) -> Iterator[SourceItem]:
    """https://git-scm.com/docs/git-ls-tree#_output_format, with -l and -z."""
    for line in filter(None, listed.split(b"\0")):
        described, _, name = line.partition(b"\t")
        mode, _, id_, size = described.decode().split()
        path = name.decode("utf-8", "surrogateescape")
        refusal = ""
        if mode == _LINK:
            refusal = "a symbolic link, which is not followed"
        elif mode == _SUBMODULE:
            refusal = "a submodule, which is not followed"
        elif mode not in (_FILE, _PROGRAM):
            refusal = f"git's mode {mode} is none of a file"
        bytes_ = int(size) if size.isdecimal() else 0
        yield SourceItem(path=path, id=id_, version="", size=bytes_, refusal=refusal)


def _environment() -> dict[str, str]:
    found = {name: os.path.expandvars(f"${name}") for name in _INHERITED}
    kept = {name: value for name, value in found.items() if value != f"${name}"}
    return {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "LC_ALL": "C",
    }
