"""Tools: the products that a publication may feature: their directory, submissions, slots and
badges.

In:      tools that editors add, and tools that makers send in.
Out:     the tools that an issue shows, with reasons; pages and badges of approved tools.
Rules:   a paid slot shows the disclosure label; two rivals are never in one issue; only an editor
         makes a tool of a submission.
Failure: an unusable card names each field that is wrong; a submission that changed is a conflict.
"""
