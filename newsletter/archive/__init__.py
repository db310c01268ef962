"""Archive: issues that were sent, articles that have a page here, and the search over both.

In:      sent issues, own articles, and issues that another program sent.
Out:     pages in order, search results, and redirects from old addresses.
Rules:   nothing in it is personal; search does not find a withdrawn article.
Failure: a file of past issues that cannot be read is named, with the reason; the others are
         imported.
"""
