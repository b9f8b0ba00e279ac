"""The policy's weights and thresholds fitted anew to what reviewers said of its actions."""
