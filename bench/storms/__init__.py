"""Storms around a reader who leaves: what strangers can do to a service by load alone.

`crowds.py` are the strangers, `service.py` the service and its readers, `__main__.py` the table.
"""
