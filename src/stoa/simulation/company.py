"""Writing a whole company: a folder of files that ``stoa documents file`` takes, and a page that says what they come to."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from stoa.policies.grid import number_text
from stoa.simulation.consumer import write_consumer
from stoa.simulation.corporate import make_corporate
from stoa.simulation.data import Row
from stoa.simulation.enterprise import make_enterprise
from stoa.simulation.learners import make_learners
from stoa.simulation.opening import make_opening
from stoa.simulation.partners import make_partners, partners_of
from stoa.simulation.shape import Shape

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure of the quarter that the documents were made for, and what they come to by the generator's own count."""

    name: str
    wanted: str
    made: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """A company that was written to a folder: its files in order, and what its documents come to."""

    folder: Path
    entity: str
    quarter: str
    seed: int
    documents: dict[str, int]
    aims: tuple[Aim, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of documents."""
        return tuple(self.folder / name for name in self.documents)


def write_company(shape: Shape, *, seed: int, folder: Path, tell: Tell = lambda words: None) -> Simulation:
    """Write the documents of a company of a shape into ``folder``: the same shape and seed give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    partners = partners_of(shape, seed)
    tell("receipts and refunds")
    consumer = write_consumer(
        shape, seed, partners, receipts=folder / "receipts.parquet", refunds=folder / "refunds.parquet"
    )
    tell("seat contracts")
    enterprise = make_enterprise(shape, seed)
    tell("partners")
    agreements, costs = make_partners(
        shape,
        seed,
        partners,
        own_minor=consumer.partner_minor,
        catalog_minor=consumer.catalog_minor,
        seats_minor=enterprise.earned_by_month,
    )
    tell("opening")
    corporate = tuple(make_corporate(shape, consumer.payouts))
    documents = {"receipts.parquet": consumer.receipts, "refunds.parquet": consumer.refunds}
    for name, rows in (
        ("partners.jsonl", agreements),
        ("seats.jsonl", enterprise.rows),
        ("corporate.jsonl", corporate),
        ("opening.jsonl", (make_opening(shape, consumer.standing, (*enterprise.rows, *corporate)),)),
        ("learners.jsonl", make_learners(shape)),
    ):
        tell(name)
        documents[name] = _write(folder / name, rows)
    simulation = Simulation(
        folder=folder,
        entity=shape.entity,
        quarter=shape.quarter,
        seed=seed,
        documents=documents,
        aims=(
            Aim("Consumer revenue", _money(shape.consumer.revenue), _cents(consumer.earned_minor)),
            Aim(
                "Consumer segment margin",
                _percent(shape.consumer.margin),
                _percent(1 - costs["Consumer"] / max(consumer.earned_minor, 1)),
            ),
            Aim("Enterprise revenue", _money(shape.enterprise.revenue), _cents(enterprise.earned_minor)),
            Aim(
                "Enterprise segment margin",
                _percent(shape.enterprise.margin),
                _percent(1 - costs["Enterprise"] / max(enterprise.earned_minor, 1)),
            ),
            Aim("Paying customers", f"{shape.enterprise.customers:,}", f"{enterprise.customers:,}"),
            Aim(
                "Net retention",
                _percent(shape.enterprise.net_retention),
                _percent(enterprise.yearly_now / enterprise.yearly_then) if enterprise.yearly_then else "",
            ),
            Aim(
                "Registered learners",
                f"{shape.learners.registered:,}",
                f"{shape.learners.registered:,}",
            ),
        ),
    )
    _write_page(simulation, shape)
    return simulation


def _write(path: Path, rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(", ", ": ")) + "\n")
            count += 1
    return count


def _write_page(simulation: Simulation, shape: Shape) -> None:
    page = {
        "title": shape.title,
        "entity": simulation.entity,
        "quarter": simulation.quarter,
        "seed": simulation.seed,
        "documents": simulation.documents,
        "aims": [asdict(aim) for aim in simulation.aims],
    }
    text = json.dumps(page, indent=1, ensure_ascii=False)
    (simulation.folder / "simulation.json").write_text(text + "\n", encoding="utf-8")


def _money(amount: object) -> str:
    return f"{float(amount):,.2f}"  # type: ignore[arg-type]


def _cents(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"


def _percent(share: object) -> str:
    return f"{number_text(share * 100, 4)} %"  # type: ignore[operator, arg-type]
