"""Evidence: sealed before the cut, kept for three years, provable to those who trust neither us nor the platform."""
