"""The ``stoa`` command: one module a command, each with ``add_to(commands)`` and ``run(arguments)``.

A command parses, calls one thing below, and prints. Exit codes: 0 done, 1 an unexpected failure,
2 refused (bad input, or a rule said no), 130 interrupted. ``--json`` prints one JSON document to stdout.
"""
