"""Reference topics: what every worker reads in full and applies between two records."""
