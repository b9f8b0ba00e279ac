"""Measurements that a user can repeat: `dajia bench`."""
