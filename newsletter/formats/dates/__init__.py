"""Pure. Dates as they are written in feeds and on pages, in many languages and forms."""
