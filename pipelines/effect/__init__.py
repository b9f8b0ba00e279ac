"""What becomes of an action after it was decided: sent until it is acknowledged, and only by itself if it may. Pure."""
