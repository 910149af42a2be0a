"""Two bots of the stock SDK: python -m benchmarks.turn.stock_bots PORT [FOLDER].

Without a folder it is the echo bot, as the SDK's samples have it: what a turn costs that does
nothing. With one it is the bot that anyone would write: the model and an exact index, asked inside
the handler, of the passages that `served.write_for_plain_bot` wrote there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from botbuilder.core import (  # type: ignore[import-untyped]
    ActivityHandler,
    CardFactory,
    MessageFactory,
    TurnContext,
)
from botbuilder.integration.aiohttp import (  # type: ignore[import-untyped]
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
)

_TOP = 3


class _NoCredentials:
    APP_ID = APP_PASSWORD = ""


class EchoBot(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    async def on_message_activity(self, context: TurnContext) -> None:
        await context.send_activity(f"Echo: {context.activity.text}")


class PlainBot(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Answers with the best passages of the folder."""

    def __init__(self, folder: Path) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer

        from encoder.reference import DEFAULT_MODEL, model_folder

        self._model = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")
        self._index = faiss.read_index(str(folder / "plain.faiss"))
        lines = (folder / "plain.jsonl").read_text(encoding="utf-8").splitlines()
        self._passages = [json.loads(line) for line in lines]

    async def on_message_activity(self, context: TurnContext) -> None:
        vectors = self._model.encode([context.activity.text], normalize_embeddings=True)
        _, [rows] = self._index.search(vectors, _TOP)
        card = _card([self._passages[row] for row in rows])
        reply = MessageFactory.attachment(CardFactory.adaptive_card(card))
        await context.send_activity(reply)


def _card(passages: list[dict[str, str]]) -> dict[str, Any]:
    text = {"type": "TextBlock", "wrap": True}
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            block
            for passage in passages
            for block in (
                text | {"text": passage["title"], "weight": "Bolder"},
                text | {"text": passage["text"][:400]},
            )
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": passage["title"], "url": passage["url"]}
            for passage in passages
        ],
    }


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


if __name__ == "__main__":
    serve(PlainBot(Path(sys.argv[2])) if sys.argv[2:] else EchoBot(), int(sys.argv[1]))
