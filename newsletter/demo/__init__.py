"""The demo: a sample publication, its local feeds and its local inbox, and the main job told step by step.

In:      nothing, or a folder of feeds and a date.
Out:     an account counted by the inbox itself, and then the running service.
Rules:   everything is real (HTTP, SMTP, database); only the clock is set, so that two weeks pass in a minute.
Failure: the account says what is missing; the command then exits with 1.
"""
