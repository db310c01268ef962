"""Pure. A call as it goes out: its body, and the signature by which a receiver knows that it is ours and of now.

Headers and signature are those of Standard Webhooks 1.0 (HMAC-SHA-256 over id, time and body), so that receivers may use the
libraries there are.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def write_secret(raw: bytes) -> str:
    """Return random bytes as the text that a receiver is given."""
    return PREFIX + base64.b64encode(raw).decode()


def write_body(kind: str, happened_at: datetime, values: Mapping[str, object]) -> bytes:
    """Return what a receiver reads: the kind, when it happened, and the subscriber."""
    told = {
        "type": f"subscription.{kind}",
        "timestamp": happened_at.isoformat().replace("+00:00", "Z"),
        "data": dict(values),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def sign(secret: str, change_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a call that is sent now."""
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, b".".join((change_id.encode(), at.encode(), body)), "sha256")
    return {
        "webhook-id": change_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }
