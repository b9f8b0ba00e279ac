"""Complaints of buyers."""
