"""Pure. A call as it goes out: its body, and the signature that shows it is ours and of now.

Headers and signature are those of Standard Webhooks 1.0 (HMAC-SHA-256 over id, time and body), so
that receivers may use the libraries there are.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from newsletter.text import rfc3339

PREFIX = "whsec_"


def write_secret(raw: bytes) -> str:
    """Return random bytes as the text that a receiver is given."""
    return PREFIX + base64.b64encode(raw).decode()


def write_body(
    kind: str,
    happened_at: datetime,
    values: Mapping[str, object],
) -> bytes:
    """Return the JSON that a receiver reads: the kind, when it happened, and the subscriber."""
    payload = {
        "type": f"subscription.{kind}",
        "timestamp": rfc3339(happened_at),
        "data": dict(values),
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sign(
    secret: str,
    change_id: str,
    now: datetime,
    body: bytes,
) -> dict[str, str]:
    """Return the headers of a call that is sent now."""
    sent_at = str(int(now.timestamp()))
    # The time is signed too: an old call that somebody caught cannot be sent again as a new one.
    signed = b".".join((change_id.encode(), sent_at.encode(), body))
    return {
        "webhook-id": change_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{_signature(secret, signed)}",
        "content-type": "application/json",
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
