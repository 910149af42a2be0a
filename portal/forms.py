"""What a form of ours sends."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web
from multidict import MultiDict


async def form_of(request: web.Request) -> MultiDict[str]:
    """Its fields by name, those that are text. What is no form is answered with 400."""
    fields = None
    with suppress(ValueError, LookupError):  # such as an unknown charset, or no boundary
        fields = await request.post()
    if fields is None:
        raise web.HTTPBadRequest(text="The form cannot be read.")
    return MultiDict((name, one) for name, one in fields.items() if isinstance(one, str))
