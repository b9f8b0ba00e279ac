"""Reference data of the detectors: every file says in README.md where its rows come from."""
