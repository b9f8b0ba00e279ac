"""The case file: what was sealed about one session, in plain words, for reviewers, brands, lawyers and the police."""
