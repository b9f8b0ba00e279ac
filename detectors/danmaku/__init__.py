"""What viewers type."""
