"""Judgement on a room. Pure: no Faust, no clock, no I/O."""
