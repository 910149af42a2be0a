"""Teams in a browser on this machine, as a tab sees it: a page of teams.microsoft.com with our page
in a frame, and our server behind https. Both are one TLS server, told apart by the host's name."""

from __future__ import annotations

import ssl
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

HOST, OURS = "teams.microsoft.com", "signpost.example.com"
_PAGE = Path(__file__).with_suffix(".html")


class TeamsHost:
    """`flags` let Chromium find both hosts here; `backend` is our server's port."""

    def __init__(self, context: ssl.SSLContext, backend: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                if self.headers["Host"] == HOST:
                    self._send(200, {"Content-Type": "text/html"}, _PAGE.read_bytes())
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                ours = HTTPConnection("127.0.0.1", backend)
                ours.request(self.command, self.path, body, dict(self.headers))
                response = ours.getresponse()
                data = response.read()
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("content-length", "connection", "server", "date"):
                        self.send_header(name, value)
                self._end(data)
                ours.close()

            def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self._end(body)

            def _end(self, body: bytes) -> None:
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        here = f"127.0.0.1:{self._server.server_port}"
        self.flags = [f"--host-resolver-rules=MAP {HOST}:443 {here},MAP {OURS}:443 {here}"]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
