"""Tables of ours that have grown, for tests of what searches read of them."""
from odoo import fields
from odoo.fields import Command

from .cxml_builder import confirmation_xml, ship_notice_xml
from .speed_case import SpeedCase

COPIES = 3000
BIG = (
    'amazon.punchout.document', 'amazon.punchout.awaited', 'purchase.order', 'purchase.order.line',
    'amazon.punchout.transaction', 'amazon.punchout.api.page', 'amazon.punchout.import', 'amazon.punchout.pdf',
    'amazon.punchout.session', 'amazon.punchout.shipment')
# Tables of core in which few rows are ours to look for.
CORES = ('account.move', 'mail.activity')


class GrownCase(SpeedCase):
    """A database with thousands of orders, of which one is true and all others are copies of it."""

    def setUp(self):
        super().setUp()
        self.order = self.sent_order()
        self.deliver(confirmation_xml(self.order, kind='accept'))
        self.access = self.env['amazon.punchout.api'].create({
            'name': "Access", 'group_ids': [Command.link(self.group.id)]})
        self.group.api_id = self.access
        # As an order about which nothing more is asked; few are open in a database that has grown.
        self.env.cr.execute("UPDATE purchase_order SET amazon_follow_done = true WHERE id = %s", [self.order.id])
        self.env.invalidate_all()
        groups = self.clone(self.group, 30, name="'G' || n")
        self.clone_orders(self.order, COPIES, group_ids=groups)
        awaited = self.env['amazon.punchout.awaited'].sudo().create({
            'document_id': self.order.amazon_document_ids[0].id, 'reference': "nowhere"})
        self.clone(awaited, COPIES, reference="'nowhere' || n")
        charge = self.env['amazon.punchout.transaction'].sudo().create({
            'kind': 'charge', 'state': 'booked', 'source': 'report', 'company_id': self.company.id,
            'currency_id': self.company.currency_id.id, 'is_settled': True})
        self.clone(charge, COPIES, signature="'c' || n", date="current_date - n % 700")
        page = self.env['amazon.punchout.api.page'].sudo().create({
            'api_id': self.access.id, 'kind': 'transactions', 'state': 'processed',
            'asked_at': fields.Datetime.now()})
        self.clone(page, COPIES)
        report = self.env['amazon.punchout.import'].sudo().create({
            'name': "report.csv", 'state': 'done', 'user_id': self.administrator.id})
        self.clone(report, COPIES)
        pdf = self.env['amazon.punchout.pdf'].sudo().create({
            'group_id': self.group.id, 'kind': 'invoice', 'number': "1", 'state': 'stored'})
        self.clone(pdf, COPIES, number="'P' || n")
        self.clone(self.order.amazon_session_id, COPIES, cookie_hash="'C' || n")
        self.deliver(ship_notice_xml(self.order))
        self.clone(self.order.amazon_shipment_ids, COPIES, tracking_number="'T' || n", shipment_id="'S' || n",
                   shipped_at="now() - n % 700 * interval '1 day'")
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-02'})
        bill.flush_recordset()
        self.env.cr.execute("UPDATE account_move SET amazon_group_id = %s WHERE id = %s", [self.group.id, bill.id])
        self.clone(bill, COPIES, name="'B' || n", state="'posted'")
        activity = self.order.activity_schedule('amazon_punchout.mail_activity_problem', user_id=self.buyer.id)
        self.clone(activity, COPIES, active="false")
        self.analyze(*BIG, *CORES)
