"""What serving takes of the product, and what it is sent, as the benchmarks have both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from encoder.exported.description import Precision
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder
from settings import load_settings
from snapshot.models import embedding_text
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

_TENANT = "99999999-8888-4777-8666-555555555555"


def load_encoder(snapshots: Path, precision: Precision | None = None) -> Encoder:
    """What a server encodes with that serves these snapshots, by its settings or in the precision
    given. Raises EncoderError."""
    settings = load_settings()
    library = ExportedEncoders(SnapshotStore(snapshots).encoders, settings.of_model)
    chosen = precision or Precision.of_setting(settings.precision)
    return library.load(settings.model, chosen).encoder


def texts_of(snapshot: Snapshot) -> list[str]:
    """What is encoded for each passage, in row order."""
    passages = map(snapshot.passage, range(len(snapshot.owners)))
    return [
        embedding_text(snapshot.resources[number].title, passage.heading_path, passage.text)
        for number, passage in zip(snapshot.owners.tolist(), passages, strict=True)
    ]


def teams_message(text: str, chat: str, number: int, service_url: str) -> dict[str, Any]:
    """The activity that Teams posts for a question typed in a personal chat."""
    return {
        "type": "message",
        "id": str(1767225600000 + number),
        "timestamp": "2026-01-01T08:00:00.000Z",
        "localTimestamp": "2026-01-01T09:00:00.000+01:00",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {
            "id": f"29:{number % 500}",
            "name": "Anna Weber",
            "aadObjectId": str(number % 500),
        },
        "conversation": {"conversationType": "personal", "tenantId": _TENANT, "id": chat},
        "recipient": {"id": "28:bot", "name": "Bot"},
        "entities": [{"locale": "en-GB", "country": "GB", "platform": "Web", "type": "clientInfo"}],
        "attachments": [{"contentType": "text/html", "content": f"<p>{text}</p>"}],
        "channelData": {"tenant": {"id": _TENANT}},
        "locale": "en-GB",
        "text": text,
        "textFormat": "plain",
    }
