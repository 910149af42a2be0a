"""What the server prints when it is ready leads where it says."""

from app import _greeting
from settings import Settings


def test_on_another_port_the_printed_commands_name_it() -> None:
    """Else the links that they print would lead to the default one."""
    greeting = _greeting(Settings(_env_file=None, development=True, PORT=4100))
    assert "http://127.0.0.1:4100/\n" in greeting
    assert "  PORT=4100 make playground " in greeting
    assert "  PORT=4100 .venv/bin/python -m retrieval ask " in greeting


def test_on_the_default_port_they_are_short() -> None:
    greeting = _greeting(Settings(_env_file=None, development=True, PORT=3978))
    assert "PORT" not in greeting
    assert "  .venv/bin/python -m retrieval ask " in greeting
