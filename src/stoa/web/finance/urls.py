"""Addresses of the finance pages."""

from django.urls import URLPattern, URLResolver, path, register_converter

from stoa.web.finance.views import (
    audit,
    close,
    documents,
    entries,
    home,
    journal,
    partners,
    policies,
    registers,
    reopening,
    reports,
    statements,
)
from stoa.web.finance.views.shared import MonthInAddress

register_converter(MonthInAddress, "month")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="finance_home"),
    path("post", close.post_now, name="finance_post"),
    path("post/progress", close.posting_progress, name="finance_posting"),
    path("post/stop", close.stop_posting, name="finance_stop_posting"),
    path("close/<month:month>", close.close_page, name="finance_close"),
    path("close/<month:month>/softly", reopening.close_softly, name="finance_close_softly"),
    path("close/<month:month>/let-in", reopening.let_in, name="finance_let_in"),
    path("close/<month:month>/reopen", reopening.ask, name="finance_ask_reopening"),
    path("close/<month:month>/reopen/approve", reopening.approve, name="finance_approve_reopening"),
    path("close/<month:month>/checklist", close.checklist, name="finance_checklist"),
    path("trial-balance", reports.trial_balance, name="finance_trial_balance"),
    path("statements", statements.statements, name="finance_statements"),
    path("statements/export", statements.export, name="finance_statements_export"),
    path("statements/entries", statements.lines, name="finance_lines"),
    path("deferred-revenue", reports.deferred_revenue, name="finance_deferred_revenue"),
    path("revenue", reports.revenue, name="finance_revenue"),
    path("ledger/<str:code>", journal.account, name="finance_account"),
    path("journal", journal.journal, name="finance_journal"),
    path("journal/export", journal.export, name="finance_journal_export"),
    path("batches/<int:batch_id>", journal.batch, name="finance_batch"),
    path("documents", documents.documents, name="finance_documents"),
    path("documents/<int:document_id>", documents.document, name="finance_document"),
    path("entries", entries.entries, name="finance_entries"),
    path("entries/new", entries.new_entry, name="finance_new_entry"),
    path("entries/<int:document_id>/approve", entries.approve, name="finance_approve_entry"),
    path("audit", audit.sample, name="finance_audit"),
    path("audit/extract", audit.extract, name="finance_extract"),
    path("access", audit.access, name="finance_access"),
    path("partners", partners.partners, name="finance_partners"),
    path("partners/<str:partner>", partners.partner, name="finance_partner"),
    path("registers", registers.registers, name="finance_registers"),
    path("registers/<str:name>", registers.register, name="finance_register"),
    path("policies", policies.policies, name="finance_policies"),
    path("policies/<str:name>", policies.policy, name="finance_policy"),
]
