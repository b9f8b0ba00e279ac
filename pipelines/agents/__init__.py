"""One file per role: decode, call, publish."""
