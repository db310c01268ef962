"""Progress: derived from the rows when asked, never stored."""

from newsletter.delivery.ledger import Ledger, read_ledger

Progress = Ledger
progress = read_ledger
