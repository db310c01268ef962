"""Mail: letters as bytes, and the SMTP conversation that offers them. Knows no issue, reader or table.

In:      a Letter: envelope and message bytes.
Out:     an Outcome for each letter offered.
Rules:   one letter a transaction; names and addresses outside ASCII by RFC 2047 and RFC 6531.
Failure: what fails before the letter's content left is NotOffered; after that it is an uncertain outcome, never a guess.
"""
