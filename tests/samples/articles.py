"""An own article for tests, as its author writes it. The harbour and its people are invented."""

TITLE = "Harbor Compute sells the tide by the answer"
FILE = f"""---
title: {TITLE}
dek: A price list that follows the moon: what the first tidal data center charges, \
and who waits for high water.
author: Mara Lindt
source: [Harbor Compute price list](https://harbor.example/prices)
source_date: May 2026
topics: infrastructure, energy
---

Harbor Compute has published what an answer costs at each hour of the tide. \
The list is two pages long and changes every
fortnight.

# What is charged

- **High water:** a tenth of a cent for a short answer.
- **Low water:** four times as much, or a place in the queue.

| hour | price |
| --- | --- |
| 03:10 | 0.1 |
| 09:25 | 0.4 |

## Who waits

> We let the long jobs sleep until the gate opens.

The engineers say that [two in three jobs](https://harbor.example/queue) can wait, \
and that `batch` is the word to write.
"""
