"""The door of ``simulation``."""

from stoa.simulation.company import Aim, Simulation, write_company
from stoa.simulation.shape import Shape, read_shape, renamed, scaled, schema_of_shape, shipped_shapes

__all__ = [
    "Aim",
    "Shape",
    "Simulation",
    "read_shape",
    "renamed",
    "scaled",
    "schema_of_shape",
    "shipped_shapes",
    "write_company",
]
