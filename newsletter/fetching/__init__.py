"""Fetching: HTTP requests to other people's hosts, with limits and manners. Knows no table.

In:      an address, and the validators of the last answer.
Out:     the body that the host gave, or the reason why there is none.
Rules:   only public addresses are connected to; one request at a time to each host, with a pause
         between two; robots.txt is obeyed.
Failure: FetchFailed with the host's own status, and the time before which the host must not be
         asked again.
"""
