"""From a live stream to `live-frames` and `live-audio`."""
