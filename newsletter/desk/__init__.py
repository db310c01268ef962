"""The desk: who may edit."""
