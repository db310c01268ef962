"""The demo: a sample publication with local feeds and a local inbox, and two weeks of the main job.

In:      nothing, or a folder of feeds and a date.
Out:     an account counted by the inbox itself, and then the running service.
Rules:   HTTP, SMTP and database are real; only the clock is set, so that two weeks pass in a
         minute.
Failure: the account names the letters that are missing; the command then exits with 1.
"""
