"""What the camera shows."""
