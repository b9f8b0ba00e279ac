"""Labelled shows that never took place, for load and for regression. They are not reality and measure no real room."""
