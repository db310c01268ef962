"""Ask every page for what it does not expect.

`odd.py` has the texts that no form expects, `making.py` makes requests from the application's own
routes, and `asking.py` asks and judges the answers. The application runs in this process.
"""
