"""Pure. Formats: bytes from outside in, values out. Knows no table, no clock and no network.

In:      the bytes of a feed, a sitemap, a listing page, an OPML file, an article's page, an image.
Out:     found items, articles' metadata and text, dates, canonical URLs, image sizes.
Rules:   broken documents are read as far as they go; half a date or half an address is no basis
         for a guess.
Failure: what is not the format at all raises an error that names what it looks like.
"""
