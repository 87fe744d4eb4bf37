"""Addresses of the learner pages."""

from django.urls import URLPattern, URLResolver, path

from stoa.web.learner import assets, certificate, course, enrolling, home, lesson, quiz, verify

urlpatterns: list[URLPattern | URLResolver] = [
    path("home", home.home, name="learn_home"),
    path("accomplishments", home.accomplishments, name="accomplishments"),
    path("courses/<slug:slug>/audit", enrolling.audit, name="audit_course"),
    path("learn/<slug:slug>", course.course_home, name="learn_course"),
    path("learn/<slug:slug>/continue", course.continue_course, name="learn_continue"),
    path("learn/<slug:slug>/progress", course.progress, name="progress"),
    path("learn/<slug:slug>/grades", course.grades, name="grades"),
    path("learn/<slug:slug>/certificate", certificate.certificate, name="learn_certificate"),
    path("learn/<slug:slug>/certificate.pdf", certificate.certificate_pdf, name="certificate_pdf"),
    path("learn/<slug:slug>/units/<str:key>", lesson.unit, name="learn_unit"),
    path("learn/<slug:slug>/units/<str:key>/done", lesson.done, name="unit_done"),
    path("learn/<slug:slug>/units/<str:key>/answers", quiz.save_answers, name="save_answers"),
    path("learn/<slug:slug>/units/<str:key>/submit", quiz.submit, name="submit_unit"),
    path("learn/<slug:slug>/units/<str:key>/hints", quiz.hint, name="unit_hint"),
    path("learn/<slug:slug>/assets/<path:path>", assets.course_asset, name="course_asset"),
    path("verify", verify.verify, name="verify"),
    path("verify/<str:code>", verify.verify_code, name="verify_code"),
]
