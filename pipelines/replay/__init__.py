"""Stored events through another policy, and what that changes."""
