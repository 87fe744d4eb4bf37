"""``stoa simulate``: a company of a given shape, as source documents."""

import argparse
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stoa.cli.printed import add_json_option, print_json

if TYPE_CHECKING:
    from stoa.simulation.api import Shape, Simulation


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "simulate",
        help="make a company of a given shape as documents; file and close them",
        description="Make up the documents of a company whose quarter comes to what its shape says. The same shape and "
        "seed give the same files, byte for byte; another seed gives other documents and the same totals. The books of "
        "a simulated company are its own: read them with --entity, as in stoa --entity simulated statements 2025-Q3.",
    )
    parser.add_argument("--like", metavar="SHAPE", help="a shape that ships with Stoa, or a JSON file")
    parser.add_argument("--seed", type=int, default=1, help="a number to draw from (default 1)")
    parser.add_argument(
        "--scale", type=_scale, default=Fraction(1), metavar="X", help="times the shape's size, such as 1/100"
    )
    parser.add_argument(
        "--name", default="", metavar="ENTITY", help="the company's entity, instead of the shape's"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the documents into this folder")
    parser.add_argument("--file", action="store_true", help="file the documents in this installation")
    parser.add_argument(
        "--close", action="store_true", help="file them, post every month, and close through the quarter"
    )
    parser.add_argument("--shapes", action="store_true", help="list the shapes that ship with Stoa and stop")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON schema of a shape file and stop"
    )
    add_json_option(parser)
    parser.set_defaults(run=run, needs_database=lambda arguments: arguments.file or arguments.close)


def run(arguments: argparse.Namespace) -> int:
    from stoa.kernel.refusals import Invalid
    from stoa.simulation import api as simulation

    if arguments.schema:
        print_json(simulation.schema_of_shape())
        return 0
    if arguments.shapes:
        for name in simulation.shipped_shapes():
            print(f"{name:24} {simulation.read_shape(name).title}")
        return 0
    if not arguments.like:
        raise Invalid(
            "Say what the company shall be like: --like SHAPE (stoa simulate --shapes lists those that ship)."
        )
    if not (arguments.out or arguments.file or arguments.close):
        raise Invalid("Say what to do with the documents: --out DIR, --file or --close.")
    shape = simulation.scaled(simulation.read_shape(arguments.like), factor=arguments.scale)
    if arguments.name:
        shape = simulation.renamed(shape, entity=arguments.name)
    if arguments.file or arguments.close:
        return _into_the_books(shape, arguments)
    _tell(_write(shape, arguments, arguments.out), arguments)
    return 0


def _write(shape: "Shape", arguments: argparse.Namespace, folder: Path) -> "Simulation":
    from stoa.cli import progress
    from stoa.simulation import api as simulation

    with progress.steps("Simulating") as tell:
        return simulation.write_company(shape, seed=arguments.seed, folder=folder, tell=tell)


def _into_the_books(shape: "Shape", arguments: argparse.Namespace) -> int:
    """File what is written; with ``--close`` also post and close it. Known documents are counted, not filed twice."""
    from stoa.cli import progress
    from stoa.cli.documents import file_path

    with tempfile.TemporaryDirectory() as scratch:
        written = _write(shape, arguments, arguments.out or Path(scratch))
        with progress.steps("Filing") as tell:
            report = file_path(str(written.folder), tell)
    _tell(written, arguments, filed=report)
    if report.refused or not arguments.close:
        return 2 if report.refused else 0
    return _close(shape, arguments)


def _close(shape: "Shape", arguments: argparse.Namespace) -> int:
    import getpass

    from stoa.base import clock
    from stoa.cli import progress
    from stoa.flows import closing_books

    with progress.steps("Closing") as tell:
        closed = closing_books.close_through(
            shape.months[-1], entity=shape.entity, closed_at=clock.now(), actor=getpass.getuser(), tell=tell
        )
    if not arguments.json:
        print(f"{closed.line_count:,} lines posted, {len(closed.months)} months closed.")
        print(f"Read them: stoa --entity {shape.entity} statements {shape.quarter}")
    return 0


def _tell(written: "Simulation", arguments: argparse.Namespace, *, filed: Any = None) -> None:
    if arguments.json:
        print_json(
            {
                "entity": written.entity,
                "quarter": written.quarter,
                "seed": written.seed,
                "folder": str(written.folder) if arguments.out else None,
                "documents": written.documents,
                "aims": [{"name": aim.name, "wanted": aim.wanted, "made": aim.made} for aim in written.aims],
                "filed": None if filed is None else {"new": filed.new, "known": filed.known},
                "refused": [] if filed is None else [list(each) for each in filed.refused],
            }
        )
        return
    for name, count in written.documents.items():
        print(f"{name:20}{count:>12,} documents")
    print(f"\n{'':28}{'wanted':>20}{'documents come to':>22}")
    for aim in written.aims:
        print(f"{aim.name:28}{aim.wanted:>20}{aim.made:>22}")
    if filed is not None:
        for reference, reason in filed.refused[:20]:
            print(f"refused {reference}: {reason}")
        print(f"\n{filed.new:,} filed, {filed.known:,} known already, {len(filed.refused):,} refused.")


def _scale(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 0.01 or 1/100") from None
