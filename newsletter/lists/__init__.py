"""Lists: files of people on their way into the database.

In:      a CSV or TSV file or a workbook, whatever program wrote it.
Out:     subscribers and subscriptions, and an account that says where each row ended.
Rules:   who left or is suppressed is never brought back; what may say so and is not clear is
         asked before a row is stored; a list that an editor sends in is imported by a process of
         its own, so that no page waits.
Failure: a row that cannot be used is rejected with its reason; an import that was cut off goes on
         where it stopped.
"""
