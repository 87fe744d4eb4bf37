"""Filing a table of documents at once: columns in, sets all the way, no row touched by Python."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from stoa.kernel.refusals import Invalid
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine
from stoa.subledger.commands import COLUMN_LIST, file_given, open_given
from stoa.subledger.data import FilingReport

_TEXTS = ("reference", "entity", "currency", "product", "course", "partner", "customer", "order")
_INSTANT = "'%Y-%m-%dT%H:%M:%S.%f+00:00'"
_FACTS = f"""json_object(
    'received_at', strftime(received_at AT TIME ZONE 'UTC', {_INSTANT}),
    'access_granted_at', strftime(access_granted_at AT TIME ZONE 'UTC', {_INSTANT}),
    'price_minor', price_minor, 'tax_minor', tax_minor, 'tax_jurisdiction', tax_jurisdiction,
    'processing_fee_minor', processing_fee_minor,
    'start_on', CAST(start_on AS VARCHAR), 'end_on', CAST(end_on AS VARCHAR))"""

_TYPED = """
CREATE TABLE given AS
SELECT row_number() OVER () AS position, CAST(reference AS VARCHAR) AS reference, CAST(entity AS VARCHAR) AS entity,
       CAST(received_at AS TIMESTAMPTZ) AS received_at, CAST(access_granted_at AS TIMESTAMPTZ) AS access_granted_at,
       CAST(currency AS VARCHAR) AS currency, CAST(price_minor AS BIGINT) AS price_minor,
       CAST(tax_minor AS BIGINT) AS tax_minor, CAST(tax_jurisdiction AS VARCHAR) AS tax_jurisdiction,
       CAST(processing_fee_minor AS BIGINT) AS processing_fee_minor,
       CAST(start_on AS DATE) AS start_on, CAST(end_on AS DATE) AS end_on, CAST(product AS VARCHAR) AS product,
       CAST(course AS VARCHAR) AS course, CAST(partner AS VARCHAR) AS partner,
       CAST(customer AS VARCHAR) AS customer, CAST("order" AS VARCHAR) AS "order"
  FROM read_parquet('{path}')
"""
_PROBLEM = f"""CASE
    WHEN {" OR ".join(f'coalesce(length(trim("{name}")), 0) NOT BETWEEN 1 AND 200' for name in _TEXTS)}
        THEN 'a text is empty or longer than 200 characters'
    WHEN NOT regexp_full_match(currency, '[A-Z]{{3}}') THEN 'currency must be a code such as USD'
    WHEN least(price_minor, tax_minor, processing_fee_minor) < 0
      OR greatest(price_minor, tax_minor, processing_fee_minor) > 10000000000000
      OR price_minor IS NULL OR tax_minor IS NULL OR processing_fee_minor IS NULL
        THEN 'amounts must be whole numbers of minor units, zero or more'
    WHEN end_on < start_on OR start_on IS NULL OR end_on IS NULL THEN 'end_on must not lie before start_on'
    WHEN received_at IS NULL OR access_granted_at IS NULL THEN 'an instant is missing'
END"""


def file_receipts_table(path: Path) -> FilingReport:
    """File every row of a Parquet file whose columns are the fields of ``Receipt``, in one transaction.

    A row that cannot be filed is reported and does not sink the others; filing the file again reports its
    rows as known. Raises ``Invalid`` when a column is missing or of the wrong type.
    """
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA_FOLDER) as folder,
        Engine(scratch=Path(folder) / "scratch") as engine,
    ):
        refused = _check(engine, path)
        rows = Path(folder) / "rows.csv"
        engine.query(
            f"COPY (SELECT position, reference, 'receipt', entity, reference, \"order\", currency, product, course, "  # noqa: S608
            "partner, customer, CAST(received_at AT TIME ZONE "
            f"'{settings.STOA_ENTITY_TIME_ZONE}' AS DATE), greatest(end_on, start_on + 1), "
            f"strftime(received_at AT TIME ZONE 'UTC', {_INSTANT}), {_FACTS} FROM given WHERE problem IS NULL) "
            f"TO '{rows}' (FORMAT csv, HEADER false)"
        )
        entities = [
            entity for (entity,) in engine.query("SELECT DISTINCT entity FROM given WHERE problem IS NULL")
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            for entity in sorted(entities):
                ledger.hold_periods_open(entity)
            open_given(cursor)
            with (
                cursor.copy(
                    f"COPY subledger_given (position, {COLUMN_LIST}) FROM STDIN (FORMAT csv)"
                ) as copy,
                rows.open("rb") as file,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
            report = file_given(cursor)
    return FilingReport(report.new, report.known, (*refused, *report.refused))


def _check(engine: Engine, path: Path) -> tuple[tuple[str, str], ...]:
    import duckdb

    try:
        engine.query(_TYPED.format(path=str(path).replace("'", "''")))
    except duckdb.Error as error:
        raise Invalid(f"{path.name} cannot be read as receipts: {str(error).splitlines()[0]}") from None
    engine.query(f"ALTER TABLE given ADD COLUMN problem VARCHAR; UPDATE given SET problem = {_PROBLEM}")  # noqa: S608
    rows = engine.query(
        "SELECT coalesce(reference, ''), problem FROM given WHERE problem IS NOT NULL ORDER BY position"
    )
    return tuple((reference, problem) for reference, problem in rows)
