"""Mail about orders: text and HTML of the same words, in the learner's language and time zone."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_currency
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
from stoa.kernel.money import Money
from stoa.people import api as people


def send_receipt(order_id: UUID) -> None:
    """Mail a paid order's receipt with its PDF."""
    order = commerce.get_order(order_id)
    pdf = commerce.receipt_pdf(order_id)
    _send("receipt", order, attachments=((f"receipt-{order.receipt_number}.pdf", pdf, "application/pdf"),))


def send_refund(order_id: UUID) -> None:
    """Mail what a refund did and when the money arrives."""
    _send("refund", commerce.get_order(order_id))


def _send(name: str, order: commerce.OrderRow, attachments: tuple[tuple[str, bytes, str], ...] = ()) -> None:
    buyer = people.get_person(order.learner_id)
    course = catalog.get_course_by_id(order.course_id)
    language = buyer.locale or settings.LANGUAGE_CODE
    with translation.override(language):
        words = {
            "order": order,
            "buyer": buyer,
            "course": course,
            "site_url": settings.SITE_URL,
            "language": language,
            "total": _amount(order.total_minor, order.currency, language),
            "tax": _amount(order.tax_minor, order.currency, language),
            "access_until": _said(order.access_until, buyer.time_zone, language),
            "refund_until": _said(order.refund_until, buyer.time_zone, language),
        }
        subject = render_to_string(f"account_mail/{name}_subject.txt", words)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(f"account_mail/{name}.txt", words),
            to=[buyer.email],
            # The same message for the same order: a job that ran twice is one message to most mailboxes.
            headers={"Message-ID": f"<{name}.{order.id}@stoa>"},
        )
        message.attach_alternative(render_to_string(f"account_mail/{name}.html", words), "text/html")
    for title, content, mime in attachments:
        message.attach(title, content, mime)
    message.send()


def _amount(amount_minor: int, currency: str, language: str) -> str:
    return str(format_currency(Money(amount_minor, currency).decimal, currency, locale=language))


def _said(instant: datetime | None, time_zone: str, language: str) -> str:
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(time_zone))
    day = format_date(local, "long", locale=language)
    return f"{day}, {format_time(local, 'short', locale=language)} {local.tzname()}"
