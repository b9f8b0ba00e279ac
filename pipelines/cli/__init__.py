"""The `dajia` command line, one file per group of commands."""
