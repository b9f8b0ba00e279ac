"""What the host says."""
