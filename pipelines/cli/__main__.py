"""`python -m pipelines.cli` is `dajia`: how the project starts its own workers."""

from pipelines.cli.main import main

main()
