"""Adapters to inference libraries: the only place that imports them, and lazily."""
