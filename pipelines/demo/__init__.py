"""The demo: bundled clips as live rooms."""
