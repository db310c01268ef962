"""An address, and tokens that have it inside, as redirectors write them."""

import base64

ADDRESS = "https://news.example/a"


def token(address: str, before: bytes = b"", after: bytes = b"") -> str:
    """Return an address in base64 for addresses, without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(before + address.encode() + after).decode().rstrip("=")


# Google News puts the address into a message of protobuf.
GOOGLE_TOKEN = token(ADDRESS, bytes([8, 19, 34, 22]), bytes([210, 1, 0]))
