"""The port that the server listens on, tried before anything takes time.

`python operation/port.py HOST PORT` says whether it is free; it needs no package, so that `make
run` can ask before it installs any.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets that hold the port on each of the host's addresses, and do not listen yet: until
    somebody does, who connects is refused. Raises OSError, as for a port that is taken."""
    with ExitStack() as opened:
        bound = []
        for family, kind, proto, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            one = opened.enter_context(socket.socket(family, kind, proto))
            if os.name == "posix":  # a port that a server has just left is free
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            bound.append(one)
        opened.pop_all()
    return bound


def explained(host: str, port: int | str, error: OSError) -> str:
    """What a person is told of a port that cannot be had."""
    return (
        f"Signpost cannot listen on {host}:{port}: {error}. "
        "Is it running already? PORT=... chooses another port"
    )


if __name__ == "__main__":
    try:
        for opened in bind(sys.argv[1], int(sys.argv[2])):
            opened.close()
    except OSError as error:
        sys.exit(explained(sys.argv[1], sys.argv[2], error))
