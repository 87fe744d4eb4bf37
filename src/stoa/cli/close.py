"""``stoa close``: check months, close them softly, or lock and seal them."""

import argparse
import getpass
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import period
from stoa.kernel.spans import Month


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "close",
        help="check a month, quarter or year, lock it and seal it",
        description="Go through the checklist of a month: derive it again, tie out control accounts, equity and cash, "
        "verify the chain. When all pass, the month is locked and sealed; otherwise the reasons are listed, nothing "
        "changes and the exit code is 2. The months of a quarter or year are closed in order, up to the first that is "
        "not ready. Closing a closed month says so and changes nothing (exit code 0).",
    )
    parser.add_argument("period", type=period, metavar="PERIOD", help="2025-09, 2025-Q3 or 2025")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="only go through the checklist")
    how.add_argument(
        "--soft",
        action="store_true",
        help="close softly: documents of the month count from the next one, unless a controller allows them "
        "(stoa periods allow)",
    )
    parser.add_argument("--by", default="", help="who closes (default: the name of this system account)")
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outcomes = []
    for month in arguments.period.months:
        outcome = _one(month, arguments)
        outcomes.append(outcome)
        if not arguments.json:
            _print(outcome, tie_outs=arguments.check)
        if not outcome["passed"] and not arguments.check:
            break
    if arguments.json:
        documents = [_as_json(outcome) for outcome in outcomes]
        print_json(documents[0] if len(arguments.period.months) == 1 else {"months": documents})
    return 0 if all(outcome["passed"] for outcome in outcomes) else 2


def _one(month: Month, arguments: argparse.Namespace) -> dict[str, Any]:
    from stoa.base import clock
    from stoa.cli import progress
    from stoa.flows import month_end

    actor = arguments.by or getpass.getuser()
    try:
        with progress.steps(f"Closing {month}") as tell:
            if arguments.check:
                found = month_end.checklist_of(month, checked_at=clock.now(), tell=tell)
                word = "ready" if found.passed else "refused"
                return _outcome(month, None, found.rows, found.tie_outs, word, found.passed)
            act = month_end.soft_close if arguments.soft else month_end.close
            row = act(month, closed_at=clock.now(), actor=actor, tell=tell)
    except month_end.AlreadyClosed as already:
        row = already.period
        word = "already closed" if row.is_closed else "already soft closed"
        return _outcome(month, row, row.checks, row.tie_outs, word, True)
    except month_end.NotReadyToClose as refused:
        found = refused.checklist
        return _outcome(month, None, found.rows, found.tie_outs, "refused", False)
    word = "closed" if row.is_closed else "soft closed"
    return _outcome(month, row, row.checks, row.tie_outs, word, True)


def _outcome(month: Month, row: Any, checks: Any, tie_outs: Any, word: str, passed: bool) -> dict[str, Any]:
    return {
        "month": month,
        "period": row,
        "checks": checks,
        "tie_outs": tie_outs,
        "outcome": word,
        "passed": passed,
    }


def _as_json(outcome: dict[str, Any]) -> dict[str, Any]:
    row = outcome["period"]
    return {
        "month": str(outcome["month"]),
        "outcome": outcome["outcome"],
        "seal": row.seal or None if row else None,
        "closed_at": row.closed_at if row else None,
        "closed_by": row.closed_by or None if row else None,
        "soft_closed_at": row.soft_closed_at if row else None,
        "soft_closed_by": row.soft_closed_by or None if row else None,
        "checks": [dict(check) for check in outcome["checks"]],
        "tie_outs": outcome["tie_outs"],
    }


def _print(outcome: dict[str, Any], *, tie_outs: bool) -> None:
    month, word = outcome["month"], outcome["outcome"]
    seal = outcome["period"].seal if outcome["period"] else ""
    if not word.startswith("already"):
        for check in outcome["checks"]:
            print(f"  {'pass' if check['passed'] else 'FAIL'}  {check['title']}. {check['words']}")
    if tie_outs:
        _print_tie_outs(outcome["tie_outs"])
    sentences = {
        "closed": f"{month} is closed and sealed {seal}.",
        "soft closed": f"{month} is closed softly: documents of it count from {month.plus(1)} unless they are allowed.",
        "already closed": f"{month} is already closed, sealed {seal}.",
        "already soft closed": f"{month} is already closed softly.",
        "ready": f"{month} can be closed.",
        "refused": f"{month} was not closed.",
    }
    print(sentences[word])


def _print_tie_outs(tied: Any) -> None:
    from stoa.kernel.money import Money

    titles = {"control": "Ledger and subledger", "cash": "Cash on its way", "equity": "Equity"}
    titles["cash_flow"] = "Change in cash"
    for key, title in titles.items():
        for row in tied.get(key, ()):
            name = f"{row['code']} {row['name']}" if "code" in row else title
            held, beside = (
                Money(row[each], row["currency"]).decimal for each in ("ledger_minor", "beside_minor")
            )
            mark = "    " if row["difference_minor"] == 0 else "DIFF"
            print(f"  {mark}  {name:48.48} {held:>18,} {beside:>18,} {row['currency']}")
