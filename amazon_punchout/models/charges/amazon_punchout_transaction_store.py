from odoo import models

from ...tools.charge_events import API, Version, signature
from ...tools.charge_plan import KNOWN, NEW
from ...tools.steps import stored_once


class AmazonPunchoutTransactionStore(models.Model):
    """What was decided about the charges of a statement is stored."""
    _inherit = 'amazon.punchout.transaction'

    def _store_part(self, reading, plans):
        """Store what was decided about some charges."""
        new = [plan for plan in plans if plan.outcome == NEW]
        ordinals = self._next_ordinals(new)
        with stored_once("An Amazon charge"):
            created = self.create([self._prepare_new_vals(reading, plan, ordinals) for plan in new])
        for plan, transaction in zip(new, created, strict=True):
            plan.event.record = transaction  # what states the same one once more is added to it
        known = [plan for plan in plans if plan.outcome == KNOWN and plan.event and plan.event.record]
        reading.taken.update(created.ids)
        changed = self.browse()
        for plan in known:
            if plan.event.record._absorb(reading, plan):
                changed |= plan.event.record
        stated = created | self.browse(plan.event.record.id for plan in known)
        self._link_report(reading.report, stated)
        reading.touched |= created | changed
        (created | changed)._match()

    def _next_ordinals(self, plans):
        """Find the number that the next of alike charges gets.

        :return: by company and signature
        :rtype: dict[tuple[int, str], int]
        """
        signatures = list({signature(plan.stated) for plan in plans})
        groups = self._read_group(
            [('signature', 'in', signatures)], ['company_id', 'signature'], ['ordinal:max']) if signatures else []
        return {(company.id or 0, text): highest + 1 for company, text, highest in groups}

    def _link_report(self, report, transactions):
        """Note which charges a report states.

        In SQL: the ORM would fetch all links of the report for each batch, and touch the charges.
        """
        if report and transactions:
            self.env.cr.execute(
                "INSERT INTO amazon_punchout_transaction_import_rel (import_id, transaction_id)"
                " SELECT %s, unnest(%s) ON CONFLICT DO NOTHING", [report.id, transactions.ids])
            transactions.invalidate_recordset(['import_ids'])
            report.invalidate_recordset(['transaction_ids'])

    def _prepare_version(self, reading, stated):
        """Give a statement as a version of its event.

        :rtype: Version
        """
        return Version(
            reading.source, reading.statement.kind, stated,
            tuple(reading.report.ids) if reading.source != API else ())
