"""How commands read a month."""

import argparse

from stoa.kernel.spans import Month


def month(text: str) -> Month:
    """Read ``2025-09`` for argparse."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
