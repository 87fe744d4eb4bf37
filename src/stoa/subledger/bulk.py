"""Filing a table of documents at once: columns in, sets all the way, no row touched by Python."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import errors

from stoa.kernel.money import exponent_of
from stoa.kernel.refusals import Invalid
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine
from stoa.policies.facts import FIRST_YEAR, LAST_YEAR
from stoa.subledger.commands import COLUMN_LIST, file_given, first_month_that_takes, open_given
from stoa.subledger.consumer import FORMS, IMPLIED, MAY_BE_EMPTY, SHARED, Form, is_required
from stoa.subledger.data import FilingReport
from stoa.subledger.rules import LARGEST_AMOUNT_MINOR, LONGEST_TEXT, OUTSIDE_THE_YEARS

#: From so many new rows on the database is told at once: a query planned for the table of before would take minutes.
_MANY = 10_000
_INSTANT = "'%Y-%m-%dT%H:%M:%S.%f+00:00'"
#: The characters that ``frame.problem_of_text`` and ``problem_of_reference`` refuse.
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_UNSEEN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
_FIELDS = {field.name: field for form in FORMS.values() for field in fields(form.type)}
_AMOUNTS = ("price_minor", "tax_minor", "fee_minor", "credit_minor")


def file_table(path: Path) -> FilingReport:
    """File every row of a Parquet file that a consumer's document makes, in one transaction.

    Columns are the fields of the kinds in SQL; a column ``kind`` tells them apart, and without it all rows are
    receipts. A column that the file does not have is at its default. A row that cannot be filed is reported and
    does not sink the others; filing the file again reports its rows as known. Rows of kinds that are not in SQL
    are left alone. Raises ``Invalid`` when the file cannot be read.
    """
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA_FOLDER) as folder,
        Engine(scratch=Path(folder) / "scratch") as engine,
    ):
        refused = _read(engine, path)
        rows = Path(folder) / "rows.csv"
        with transaction.atomic(), connection.cursor() as cursor:
            _arrange(engine)
            report = _file(engine, cursor, rows)
        if report.new >= _MANY:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE subledger_sourcedocument")
    return FilingReport(report.new, report.known, (*refused, *report.refused))


def _file(engine: Engine, cursor: CursorWrapper, rows: Path) -> FilingReport:
    """Straight into the documents when all are new; through the temporary table when some are known."""
    entities = [entity for (entity,) in engine.query("SELECT DISTINCT entity FROM arranged ORDER BY entity")]
    for entity in entities:
        ledger.hold_periods_open(entity)
    months = {entity: first_month_that_takes(entity) for entity in entities}
    if None not in months.values():
        engine.query("CREATE OR REPLACE TABLE floors (entity VARCHAR, month DATE)")
        for entity, month in months.items():
            engine.query("INSERT INTO floors VALUES (?, ?)", [entity, month])
        _write(
            engine,
            rows,
            f"{COLUMN_LIST}, greatest(date_trunc('month', effective_on), floors.month)",
            "JOIN floors USING (entity)",
        )
        try:
            with transaction.atomic():
                count = _copy(cursor, rows, f"subledger_sourcedocument ({COLUMN_LIST}, counts_from)")
            return FilingReport(count, 0, ())
        except (IntegrityError, errors.UniqueViolation):
            pass  # some reference is known, in the table or in the file itself
    _write(engine, rows, f"position, {COLUMN_LIST}", "")
    open_given(cursor)
    _copy(cursor, rows, f"subledger_given (position, {COLUMN_LIST})")
    return file_given(cursor)


def _write(engine: Engine, rows: Path, columns: str, joined: str) -> None:
    engine.query(
        f"COPY (SELECT {columns} FROM arranged {joined} ORDER BY position) "  # noqa: S608 - names of our own
        f"TO '{rows}' (FORMAT csv, HEADER false)"
    )


def _copy(cursor: CursorWrapper, rows: Path, target: str) -> int:
    with (
        cursor.copy(f"COPY {target} FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({_TEXT_LIST}))") as copy,
        rows.open("rb") as file,
    ):
        while block := file.read(1 << 20):
            copy.write(block)
    return int(cursor.rowcount)


#: Texts that may be empty, which a CSV file cannot tell from a missing value.
_TEXT_LIST = ", ".join(f'"{name}"' for name in ("course", "partner", "order", "customer", "gateway"))


def _read(engine: Engine, path: Path) -> tuple[tuple[str, str], ...]:
    """Read the file into ``given``, typed; return the rows that cannot be filed, with reasons."""
    import duckdb

    source = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
    try:
        present = {row[0]: row[1] for row in engine.query(f"DESCRIBE SELECT * FROM {source}")}  # noqa: S608
        if present.get("kind", "VARCHAR").split("(")[0] not in ("VARCHAR", "ENUM"):
            raise Invalid(f"{path.name} cannot be read as documents: its column kind must be text.")
        kind = "CAST(kind AS VARCHAR)" if "kind" in present else "'receipt'"
        kinds = {row[0] for row in engine.query(f"SELECT DISTINCT {kind} FROM {source}")} & FORMS.keys()  # noqa: S608
        forms = [form for name, form in FORMS.items() if name in kinds]
        wanted = list(dict.fromkeys(field.name for form in forms for field in fields(form.type)))
        columns = ", ".join(_column(name, present) for name in wanted)
        engine.query(
            f"CREATE TABLE given AS SELECT row_number() OVER () AS position, {kind} AS kind{', ' if columns else ''}"  # noqa: S608
            f"{columns} FROM {source} WHERE {kind} IN ({_listed(FORMS)})"
        )
    except duckdb.Error as error:
        raise Invalid(f"{path.name} cannot be read as documents: {str(error).splitlines()[0]}") from None
    missing = sorted(
        name
        for form in forms
        for name in (f.name for f in fields(form.type) if is_required(f))
        if name not in present
    )
    if missing:
        raise Invalid(f"{path.name} cannot be read as documents: it has no column {missing[0]}.")
    currencies = (
        [row[0] for row in engine.query("SELECT DISTINCT currency FROM given WHERE currency IS NOT NULL")]
        if forms
        else []
    )
    unknown = [code for code in currencies if not _is_currency(code)]
    problems = " ".join(
        f"WHEN kind = '{form.kind}' AND {condition} THEN '{words}'"
        for form in forms
        for condition, words in _problems(form, unknown)
    )
    engine.query(
        f"ALTER TABLE given ADD COLUMN problem VARCHAR; UPDATE given SET problem = CASE {problems} END"  # noqa: S608
        if problems
        else "ALTER TABLE given ADD COLUMN problem VARCHAR"
    )
    if not forms:
        return ()
    rows = engine.query(
        "SELECT coalesce(reference, ''), problem FROM given WHERE problem IS NOT NULL ORDER BY position"
    )
    return tuple((reference, problem) for reference, problem in rows)


def _column(name: str, present: Mapping[str, str]) -> str:
    """The typed column of a field; what cannot be read as its type is missing, and refused as such."""
    kind, default = _type_of(name), _FIELDS[name].default
    absent = f"'{default}'" if isinstance(default, str) else default if isinstance(default, int) else "NULL"
    if name not in present:
        return f'CAST({absent} AS {kind}) AS "{name}"'
    value = f'TRY_CAST("{name}" AS {kind})'
    if kind == "BIGINT" and not present[name].endswith("INT"):  # a cast would round 49.5
        value = f'CASE WHEN TRY_CAST("{name}" AS DECIMAL(38, 6)) % 1 = 0 THEN {value} END'
    if absent != "NULL":
        value = f'CASE WHEN "{name}" IS NULL THEN {absent} ELSE {value} END'
    return f'{value} AS "{name}"'


def _type_of(name: str) -> str:
    endings: Mapping[str, str] = {"_minor": "BIGINT", "_at": "TIMESTAMPTZ", "_on": "DATE"}
    return next((kind for ending, kind in endings.items() if name.endswith(ending)), "VARCHAR")


def _problems(form: Form, unknown: list[str]) -> Iterator[tuple[str, str]]:
    """Conditions in SQL under which a row of a kind cannot be filed, each with its words; the rules are ``rules``'."""
    for field in fields(form.type):
        name, kind = field.name, _type_of(field.name)
        if kind == "BIGINT":
            yield (
                f'coalesce("{name}" NOT BETWEEN 0 AND {LARGEST_AMOUNT_MINOR}, TRUE)',
                f"{name} must be a whole number of minor units, zero or more",
            )
        elif kind != "VARCHAR":
            if field.default is not None:
                yield f'"{name}" IS NULL', f"{name} must be {'a day' if kind == 'DATE' else 'an instant'}"
            years = (FIRST_YEAR, LAST_YEAR) if kind == "DATE" else (FIRST_YEAR + 1, LAST_YEAR - 1)
            yield f'year("{name}") NOT BETWEEN {years[0]} AND {years[1]}', f"{name} {OUTSIDE_THE_YEARS}"
        else:
            yield (
                f'coalesce(length("{name}") > {LONGEST_TEXT}, TRUE)',
                f"{name} must be text of at most {LONGEST_TEXT} characters",
            )
            yield f"regexp_matches(\"{name}\", '{_CONTROLS}')", f"{name} has a control character"
            if name == "reference":
                yield (
                    f"trim(reference) <> reference OR regexp_matches(reference, '{_UNSEEN}')",
                    "reference has a character that cannot be seen, or a space at an end",
                )
            if name not in MAY_BE_EMPTY:
                yield f"trim(\"{name}\") = ''", f"{name} must not be empty"
            elif name in ("course", "partner"):
                yield f"trim(\"{name}\") = '' AND product = 'single_course'", f"{name} must not be empty"
    if unknown:
        yield f"currency IN ({_listed(unknown)})", "currency must be a code such as USD"
    if form.start:
        yield f"{form.end} < {form.start}", f"{form.end} must not lie before {form.start}"
    if form.price and form.credit:
        yield (
            f"{form.credit} > {form.price} + {form.tax}",
            f"{form.credit} must not be more than price and tax together",
        )


def _is_currency(code: str) -> bool:
    try:
        exponent_of(code)
    except ValueError:
        return False
    return True


def _arrange(engine: Engine) -> None:
    """Bring the rows that can be filed into the columns of the table of documents."""
    forms = [form for form in FORMS.values() if _has(engine, form.kind)]
    zone = settings.STOA_ENTITY_TIME_ZONE
    columns = {
        "reference": "reference",
        "kind": "kind",
        "entity": "entity",
        "contract": _by_kind(forms, {form.kind: f'"{form.contract}"' for form in forms}, "VARCHAR"),
        **{name: f'"{name}"' for name in SHARED if name not in ("reference", "entity")},
        "occurred_at": _by_kind(forms, {form.kind: form.at for form in forms}, "TIMESTAMPTZ"),
        **{
            name: _by_kind(forms, {form.kind: form.columns.get(name, "NULL") for form in forms}, "DATE")
            for name in ("start_on", "end_on")
        },
        **{
            name: _by_kind(forms, {form.kind: form.columns.get(name, "0") for form in forms}, "BIGINT")
            for name in _AMOUNTS
        },
        "facts": _by_kind(forms, {form.kind: _facts(form) for form in forms}, "VARCHAR"),
    }
    inner = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    if not forms:
        inner = ", ".join(f'CAST(NULL AS VARCHAR) AS "{name}"' for name in columns)
    engine.query(
        "CREATE TABLE arranged AS SELECT *, "  # noqa: S608 - names of our own
        f"CAST(CAST(occurred_at AS TIMESTAMPTZ) AT TIME ZONE '{zone}' AS DATE) AS effective_on, "
        "CASE WHEN kind = 'receipt' THEN greatest(CAST(end_on AS DATE), CAST(start_on AS DATE) + 1) "
        f"ELSE CAST(CAST(occurred_at AS TIMESTAMPTZ) AT TIME ZONE '{zone}' AS DATE) END AS ends_on "
        f"FROM (SELECT position, {inner} FROM given WHERE problem IS NULL)"
    )


def _has(engine: Engine, kind: str) -> bool:
    return bool(engine.query("SELECT 1 FROM given WHERE kind = ? LIMIT 1", [kind]))


def _by_kind(forms: list[Form], expressions: Mapping[str, str], kind: str) -> str:
    cases = " ".join(f"WHEN '{form.kind}' THEN {expressions[form.kind]}" for form in forms)
    return f"CAST(CASE kind {cases} END AS {kind})" if cases else f"CAST(NULL AS {kind})"


def _facts(form: Form) -> str:
    """The facts that no column holds, as JSON; what another fact says already is left out."""
    parts = []
    for name in form.others:
        implied = IMPLIED.get(name)
        value = (
            f"strftime({name} AT TIME ZONE 'UTC', {_INSTANT})" if _type_of(name) == "TIMESTAMPTZ" else name
        )
        same = "FALSE" if implied is None else f"{name} = {implied or chr(39) * 2}"
        parts.append(f"CASE WHEN {same} THEN '' ELSE concat(',\"{name}\":', to_json({value})) END")
    return f"concat('{{', substr(concat({', '.join(parts)}), 2), '}}')" if parts else "'{}'"


def _listed(texts: object) -> str:
    return ", ".join("'" + str(text).replace("'", "''") + "'" for text in texts)  # type: ignore[attr-defined]
