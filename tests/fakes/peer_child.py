"""A peer's process: `dies` ends at once, `hangs` never says a word, any other finds by words."""

from __future__ import annotations

import sys
import time

from benchmarks.peers.protocol import serve
from tests.fakes.peers import WordPeer

if __name__ == "__main__":
    if sys.argv[1] == "dies":
        sys.exit("the model is missing")
    if sys.argv[1] == "hangs":
        time.sleep(60)
    serve(WordPeer(), "1.2", sys.stdin, sys.stdout)
