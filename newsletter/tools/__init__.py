"""Tools: the products that a publication may feature: their directory, submissions, slots and badges.

In:      tools that editors add, and tools that makers send in.
Out:     which tools an issue shows, with a reason for each; pages and badges of approved tools.
Rules:   a paid slot shows the disclosure label; two rivals never stand in one issue; a submission becomes a tool by an editor only.
Failure: an unusable card names each field that is wrong; a submission that changed meanwhile is a conflict.
"""
