"""Schedule: when a publication gathers, proposes and sends.

In:      a clock, a publication's cadence and rule, and where its issue stands.
Out:     the steps that are due now, carried out.
Rules:   APScheduler only ticks; what is due is decided by pure functions of rows and time.
Failure: a tick run twice, by two processes, or late is harmless: each step is conditional on its row.
"""
