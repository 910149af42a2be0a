"""Asks a server for its health every 10 ms and prints how long each answer took, in ms as JSON.

A process of its own, so that what it measures is the server's loop, not the load's. With a busy
machine it includes the wait for a processor: an upper bound of the loop's lag.
"""

from __future__ import annotations

import argparse
import http.client
import json
import time

EVERY_S = 0.01


def probe(port: int, seconds: float) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took_ms = []
    ends_at = time.perf_counter() + seconds
    while (started := time.perf_counter()) < ends_at:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took_ms.append((time.perf_counter() - started) * 1000)
        time.sleep(max(0.0, EVERY_S - took_ms[-1] / 1000))
    return took_ms


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    print(json.dumps(probe(arguments.port, arguments.seconds)))
