"""Policies: what the business decides, one home a rule, each citing its standard's paragraph.

A policy that runs over many rows is one SQL statement that a controller can read (``<name>.sql``, integers
only, run by DuckDB); what it means in words stands in the registry beside its version. A policy reads facts
and days that it is given, never a clock and never the platform's database.
"""
