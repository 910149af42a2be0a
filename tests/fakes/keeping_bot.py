"""python -m tests.fakes.keeping_bot PORT LOG HOW: a bot that keeps its questions in a way of its
own: "before" it acknowledges them, some time "after", or "twice"."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

AFTER_S = 0.2


def main(port: str, log: str, how: str) -> None:
    def keep(text: str) -> None:
        with closing(sqlite3.connect(log, timeout=30)) as database, database:
            database.execute("INSERT INTO questions VALUES (?)", (text,))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._done({"log": {"queued": 0, "spooled": {"rows": 0}}})

        def do_POST(self) -> None:
            activity = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if how == "after":
                threading.Timer(AFTER_S, keep, [activity["text"]]).start()
            else:
                for _ in range(2 if how == "twice" else 1):
                    keep(activity["text"])
            self._done({})

        def log_message(self, *_: object) -> None:
            """It says nothing."""

        def _done(self, body: dict[str, Any]) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

    with closing(sqlite3.connect(log)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE IF NOT EXISTS questions (text TEXT)")
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
