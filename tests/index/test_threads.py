from __future__ import annotations

import platform

import pytest

from index.threads import limit_heaps


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has heaps to limit")
def test_glibc_takes_the_limit() -> None:
    assert limit_heaps()
