"""What a child does is told, and megabytes are a million bytes of whatever process is asked for."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest

from benchmarks.processes import (
    Child,
    ChildFailed,
    alone,
    available_mb,
    peak_mb,
    private_mb,
    resident_mb,
)

MILLION = 1_000_000


def test_what_a_process_takes_is_counted_in_millions_of_bytes() -> None:
    """And not in 1,048,576s, of which 100 million bytes are 95."""
    before = resident_mb(), private_mb()
    taken = np.ones(100 * MILLION, dtype=np.uint8)
    after = resident_mb(), private_mb()
    assert taken[-1] == 1
    assert [now - then for now, then in zip(after, before, strict=True)] == pytest.approx(
        [100, 100], abs=2
    )
    assert peak_mb() >= after[0] - 1


def test_another_process_is_asked_for_by_its_id() -> None:
    code = "held = bytearray(b'x' * 60_000_000); print(len(held), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        rss_mb = psutil.Process(process.pid).memory_info().rss / MILLION
        assert resident_mb(process.pid) == pytest.approx(rss_mb, abs=1)
        assert private_mb(process.pid) >= 60
        process.communicate(b"\n")


def test_what_is_available_is_less_than_there_is() -> None:
    there_is_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MILLION
    assert 0 < available_mb() < there_is_mb


def test_a_function_returns_from_another_process() -> None:
    assert alone(os.getpid) != os.getpid()


def test_a_child_keeps_what_it_was_given_and_is_told_its_environment() -> None:
    """It lives until it is closed."""
    with closing(Child(environment={"GIVEN": "it"})) as child:
        assert child.call(os.getenv, "GIVEN") == "it"
        assert child.call(os.getpid) == child.call(os.getpid)


def test_a_child_that_ends_raises_its_last_words(tmp_path: Path) -> None:
    """They stand in its log."""
    with (
        closing(Child(tmp_path / "log")) as child,
        pytest.raises(ChildFailed, match=r"^exit: it has ended; the model is missing$"),
    ):
        child.call(sys.exit, "the model is missing")


def test_a_child_that_says_nothing_is_ended(tmp_path: Path) -> None:
    """The benchmark does not wait for ever."""
    with (
        closing(Child(tmp_path / "log", timeout_s=0.2)) as child,
        pytest.raises(ChildFailed, match=r"^sleep: it has ended; it printed nothing$"),
    ):
        child.call(time.sleep, 60)
