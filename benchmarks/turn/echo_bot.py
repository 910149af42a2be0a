"""The stock SDK's echo bot, as its samples have it: what a turn costs that does nothing."""

from __future__ import annotations

import argparse
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext  # type: ignore[import-untyped]
from botbuilder.integration.aiohttp import (  # type: ignore[import-untyped]
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
)


class _NoCredentials:
    APP_ID = APP_PASSWORD = ""


class EchoBot(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    async def on_message_activity(self, context: TurnContext) -> None:
        await context.send_activity(f"Echo: {context.activity.text}")


def serve(bot: ActivityHandler, port: int) -> None:
    """The bot behind the SDK's own adapter, on loopback."""
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(_NoCredentials))

    async def messages(request: web.Request) -> Any:
        return await adapter.process(request, bot)

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    app.router.add_get("/healthz", healthz)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


def port_argument() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    return parser


if __name__ == "__main__":
    serve(EchoBot(), port_argument().parse_args().port)
