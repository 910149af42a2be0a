"""The bot that anyone would write: the model and an exact index, asked inside the handler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import faiss
from botbuilder.core import (  # type: ignore[import-untyped]
    ActivityHandler,
    CardFactory,
    MessageFactory,
    TurnContext,
)
from sentence_transformers import SentenceTransformer

from benchmarks.turn.echo_bot import port_argument, serve
from encoder.reference import DEFAULT_MODEL, model_folder

TOP = 3


class PlainBot(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Answers with the best passages of `data`, which `benchmarks.turn.passages` wrote."""

    def __init__(self, data: Path) -> None:
        self._model = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")
        self._index = faiss.read_index(str(data / "plain.faiss"))
        lines = (data / "plain.jsonl").read_text(encoding="utf-8").splitlines()
        self._passages = [json.loads(line) for line in lines]

    async def on_message_activity(self, context: TurnContext) -> None:
        vectors = self._model.encode([context.activity.text], normalize_embeddings=True)
        _, [rows] = self._index.search(vectors, TOP)
        card = _card([self._passages[row] for row in rows])
        reply = MessageFactory.attachment(CardFactory.adaptive_card(card))
        await context.send_activity(reply)


def _card(passages: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            block
            for passage in passages
            for block in (
                {"type": "TextBlock", "text": passage["title"], "weight": "Bolder", "wrap": True},
                {"type": "TextBlock", "text": passage["text"][:400], "wrap": True},
            )
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": passage["title"], "url": passage["url"]}
            for passage in passages
        ],
    }


if __name__ == "__main__":
    parser = port_argument()
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    serve(PlainBot(arguments.data), arguments.port)
