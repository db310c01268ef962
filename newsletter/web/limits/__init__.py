"""Limits: how much of a request is read, how many of a network are answered, how many look-ups run.

In:      requests of anybody.
Out:     the same requests, whole; or an answer that says what is too much.
Rules:   a stranger's body stays small and in memory; one network never has all of our threads;
         what waits for other sites has few places.
Failure: too much is refused at once, in words, and nothing of it is kept.
"""
