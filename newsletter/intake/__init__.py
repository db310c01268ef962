"""Intake: what strangers send by our public forms, judged before it is believed.

In:      a sign-up or a tool, and what came with the form: its token, a proof of work, a field that
         only robots fill.
Out:     a confirm letter, or a place in quarantine; the answer does not show which.
Rules:   no third party is asked; a mailbox gets a few letters a day, no matter who asks; what is
         counted is kept as keyed hashes and forgotten after its window.
Failure: too much from one network is refused with the time to try again; a proof that was spent is
         refused.
"""
