"""Mail: letters as bytes, and the SMTP sessions that offer them. Knows no issue, reader or table.

In:      a Letter: envelope and message bytes.
Out:     an Outcome for each letter offered.
Rules:   one letter a transaction; names and addresses outside ASCII by RFC 2047 and RFC 6531.
Failure: what fails before the letter's final dot left is NotOffered; after that the outcome is
         uncertain, never a guess.
"""
