"""Marks and patterns of brands: found in a picture by their shape, without training."""
