"""Schedule: when a publication gathers, proposes and sends.

In:      a clock, a publication's cadence and rule, and where its issue stands.
Out:     the steps that are due now, carried out.
Rules:   APScheduler only ticks; what is due is decided by pure functions of rows and time.
Failure: a tick may run twice, in two processes or late: each step is conditional on its row.
"""
