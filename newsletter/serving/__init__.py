"""Serving: the port, who may hold a connection to it, and for how long.

In:      connections of strangers, proxies, readers and editors.
Out:     whole requests for `newsletter/web/`; answers.
Rules:   each wait for the other side has an end; a full house makes room for who comes.
Failure: a part that ends by an error ends its process (`newsletter/host/parts.py`).
"""
