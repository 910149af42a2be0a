"""python -m tests.fakes.bot_server PORT NAME LOG: a bot in a process of its own.

It answers every message with a card, and writes down when it begins and when it is told to end.
"""

from __future__ import annotations

import json
import signal
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._done()

    def do_POST(self) -> None:
        activity = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat = activity["conversation"]["id"]
        card = json.dumps({"type": "message", "attachments": [{"content": {}}]}).encode()
        url = f"{activity['serviceUrl']}v3/conversations/{chat}/activities"
        with urllib.request.urlopen(urllib.request.Request(url, card)):  # noqa: S310 (loopback)
            self._done()

    def log_message(self, *_: object) -> None:
        """It says nothing."""

    def _done(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


def main(port: str, name: str, log: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    with Path(log).open("a", encoding="utf-8") as file:
        print("begin", name, file=file, flush=True)
        try:
            ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
        except KeyboardInterrupt:
            print("end", name, file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
