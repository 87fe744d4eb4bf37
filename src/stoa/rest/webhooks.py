"""Where payment gateways tell what happened. No session and no form token: a signature instead."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stoa.base import clock
from stoa.commerce import api as commerce
from stoa.flows import checkout
from stoa.kernel.refusals import Invalid

_LARGEST_BYTES = 256 * 1024


@csrf_exempt
@require_POST
def payments(request: HttpRequest) -> HttpResponse:
    """200 when the event is kept (again, too), 400 for a bad signature or body, 413 for too long a one."""
    if int(request.headers.get("Content-Length") or 0) > _LARGEST_BYTES:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        checkout.receive_gateway_event(
            payload=request.body,
            signature=request.headers.get("Stoa-Signature", ""),
            received_at=clock.now(),
        )
    except (commerce.BadSignature, Invalid) as refusal:
        return JsonResponse({"error": refusal.code, "message": str(refusal)}, status=400)
    return JsonResponse({"received": True})


payments.required = "everybody"  # type: ignore[attr-defined]
