"""What the README's figures were measured with; each file runs alone: ``python benchmarks/pages.py``."""
