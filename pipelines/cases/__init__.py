"""Judgement on hosts, merchants and whoever is behind them. Pure: see step.py and README.md."""
