"""The desk: the pages that editors work on."""
