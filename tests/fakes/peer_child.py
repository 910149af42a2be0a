"""A peer's process: `dies` ends at once, `hangs` never says a word, any other finds by words."""

from __future__ import annotations

import sys
import time

from benchmarks.peers.streams import serve
from tests.fakes.peers import word_peer

if __name__ == "__main__":
    if sys.argv[1] == "dies":
        sys.exit("the model is missing")
    if sys.argv[1] == "hangs":
        time.sleep(60)
    serve(word_peer(), "1.2", sys.stdin, sys.stdout)
