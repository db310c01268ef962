"""Kept: what the desk shows of the list of readers, without reading a million rows for each page.

In:      subscriptions and their subscribers, as other modules write them.
Out:     how many readers have each status; the ids of those who have a text in address or name.
Rules:   what is kept is true: what changes it removes it, in the same transaction.
Failure: what is not kept is read from the rows; the answer is the same, and takes longer.

Triggers of the database (migration 0034) remove what is not true any more, so no statement can
forget to. New rows are behind what is kept, and cost nothing. docs/adr/0035 has the reasons.
"""
