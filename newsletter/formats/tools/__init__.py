"""Pure. Tools as strangers describe them: in lists (CSV, JSON), and on their own pages."""
