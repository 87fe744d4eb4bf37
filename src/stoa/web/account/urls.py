"""Addresses of the account pages. Names of sign-in and sign-up are the library's own."""

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path

from stoa.web.account.views import access, checkout, profile, purchases

urlpatterns: list[URLPattern | URLResolver] = [
    path("signup", allauth.signup, name="account_signup"),
    path("login", allauth.login, name="account_login"),
    path("logout", allauth.logout, name="account_logout"),
    path("login/inactive", allauth.account_inactive, name="account_inactive"),
    path("login/again", allauth.reauthenticate, name="account_reauthenticate"),
    path("login/code", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("password/reset", allauth.password_reset, name="account_reset_password"),
    path("password/reset/sent", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account", profile.account, name="account"),
    path("account/password", allauth.password_change, name="account_change_password"),
    path("account/password/new", allauth.password_set, name="account_set_password"),
    path("account/email", allauth.email, name="account_email"),
    path("account/email/sent", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^account/email/confirm/(?P<key>[-:\w]+)$", allauth.confirm_email, name="account_confirm_email"),
    path("account/security/", include("allauth.mfa.urls")),
    path("account/purchases", purchases.purchases, name="purchases"),
    path("account/purchases/<uuid:order_id>", purchases.purchase, name="purchase"),
    path("account/purchases/<uuid:order_id>/receipt.pdf", purchases.receipt_pdf, name="receipt_pdf"),
    path("account/purchases/<uuid:order_id>/refund", purchases.purchase_refund, name="purchase_refund"),
    path("checkout/<int:offering_id>", checkout.checkout_page, name="checkout"),
    path("checkout/<uuid:order_id>/complete", checkout.checkout_complete, name="checkout_complete"),
    path("learn/<slug:slug>/access", access.why_access, name="why_access"),
]
