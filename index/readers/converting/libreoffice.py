"""LibreOffice as a program without a window, where it is installed.

It opens what anybody may have written. So each start has a profile and a folder of its own, runs no
macros, follows no links, has no network where the system can take it away, and ends with all of its
processes when its time is up.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

_NAMES = ("soffice", "libreoffice")
_START_S = 30.0
_LARGEST_FILE_MB = 512
IS_POSIX = os.name == "posix"
# Runs what follows within limits on memory (KB), processor time (s) and files written (of 512
# bytes each). macOS does not know all of them.
_LIMITED = (
    'ulimit -c 0; ulimit -v "$0" 2>/dev/null; ulimit -t "$1" 2>/dev/null; '
    'ulimit -f "$2" 2>/dev/null; shift 2; exec "$@"'
)
_WITHOUT_NETWORK = ("unshare", "--net", "--map-root-user")
_PROXIED = ("HTTP", "HTTPS", "FTP")
# By path and name, as `registrymodifications.xcu` has them. 2 is "never" for links and "manual" for
# proxies, of which there is none at that port.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(("Inet/Settings", f"ooInet{name}ProxyName", "127.0.0.1") for name in _PROXIED),
    *(("Inet/Settings", f"ooInet{name}ProxyPort", "9") for name in _PROXIED),
)


class Target(NamedTuple):
    """The filter that opens a file, and the extension of what it becomes."""

    opening: str
    extension: str


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """The program, what has it run without a network if anything does, and its version."""

    command: tuple[str, ...]
    version: str

    def convert(
        self,
        files: Sequence[Path],
        target: Target,
        folder: Path,
        *,
        timeout_s: float,
        memory_mb: int,
    ) -> bool:
        """Writes each file that it can open into `folder`, under its name with the extension of
        `target`. Returns whether it ended by itself and well: then what is missing cannot be
        opened."""
        into = target.extension.removeprefix(".")
        arguments = (f"--infilter={target.opening}", "--convert-to", into)
        answer = _run(
            (*self.command, *_start(folder), *arguments, "--outdir", str(folder), *map(str, files)),
            folder,
            timeout_s,
            memory_mb,
        )
        return answer is not None


@cache
def installed() -> LibreOffice | None:
    """LibreOffice as it is found on the path, None without it or if it does not start."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        return None
    with TemporaryDirectory(prefix="signpost-") as name:
        folder = Path(name)
        isolating = _WITHOUT_NETWORK if _run((*_WITHOUT_NETWORK, "true"), folder, _START_S) else ()
        answer = _run((program, "--version"), folder, _START_S)
    version = (answer or b"").decode("utf-8", "replace").strip()
    return LibreOffice((*isolating, program), version) if version else None


def _start(folder: Path) -> tuple[str, ...]:
    """The arguments of a start with a fresh profile, which this writes."""
    profile = folder / "profile"
    written = profile / "user" / "registrymodifications.xcu"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(_registry(), encoding="utf-8")
    return (
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={profile.as_uri()}",
    )


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(
    command: Sequence[str], folder: Path, timeout_s: float, memory_mb: int = 0
) -> bytes | None:
    """What a program says if it ends by itself and well, else None. Nothing of it outlives this."""
    if IS_POSIX and memory_mb:
        blocks = str(_LARGEST_FILE_MB * 2048)
        limits = (str(memory_mb * 1024), str(math.ceil(timeout_s)), blocks)
        command = ("/bin/sh", "-c", _LIMITED, *limits, *command)
    try:
        process = subprocess.Popen(  # noqa: S603 (programs that we name)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,  # so that it can be killed together with what it starts
        )
    except OSError:
        return None
    try:
        said, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            if IS_POSIX:
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
        process.wait()
    return (said or b" ") if process.returncode == 0 else None


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours, where secrets are."""
    if not IS_POSIX:
        return {"SYSTEMROOT": os.path.expandvars("%SYSTEMROOT%"), "TEMP": str(folder)}
    home = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", **home}
