"""Mail about orders: text and HTML of the same words, in the learner's language and time zone."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from stoa.catalog import api as catalog
from stoa.commerce import api as commerce
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
    words = {
        "order": order,
        "buyer": buyer,
        "course": catalog.get_course_by_id(order.course_id),
        "site_url": settings.SITE_URL,
        "time_zone": buyer.time_zone,
    }
    with translation.override(buyer.locale or settings.LANGUAGE_CODE):
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
