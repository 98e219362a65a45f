"""What the tests of approval and sending have in common."""
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from ..tools.cart_lock import lifted
from .common import SECRET, AmazonCase

APPROVAL = 'amazon_punchout.mail_activity_approval'
PROBLEM = 'amazon_punchout.mail_activity_problem'


class OrderCase(AmazonCase):
    """Orders on their way to Amazon."""

    def set_limit(self, amount, company=None):
        """Have orders of this amount and more approved by a purchase manager."""
        (company or self.company).write({
            'po_double_validation': 'two_step', 'po_double_validation_amount': amount,
        })

    def ordered(self, items=None, **cart):
        """Make an approved order that waits in the outbox.

        :return: the order as superuser
        """
        order = self.make_order(items, **cart)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))
        return order

    def requests(self, order):
        """Find the order requests of an order, the oldest first."""
        return order.amazon_document_ids.filtered(lambda each: each.document_type == 'OrderRequest').sorted('id')

    def activities(self, order, xml_id):
        return self.env['mail.activity'].search([
            ('res_model', '=', order._name), ('res_id', 'in', order.ids),
            ('activity_type_id', '=', self.env.ref(xml_id).id)])

    def chatter(self, order):
        """Join all messages of the chatter, the newest first."""
        return "\n".join(order.message_ids.mapped('body'))

    def assertStands(self, order, state, document_state=None):
        """Assert that the order and its newest request are in these states."""
        order.invalidate_recordset()
        self.assertEqual(
            (order.amazon_state, self.requests(order)[-1:].state), (state, document_state or state),
            order.amazon_status)

    def assertNothingLeaks(self, order):
        """Assert that nothing that is kept about an order has the secret."""
        documents = order.amazon_document_ids
        self.assertNotIn(SECRET, "\n".join([
            self.chatter(order), order.amazon_status or "", order.amazon_problem or "",
            *(document.body_text for document in documents), *(document.reason or "" for document in documents),
            *self.activities(order, PROBLEM).mapped('note')]))

    def shift_hold(self, order, **ago):
        """Let the price hold of an order have ended some time ago (negative: end in the future)."""
        with lifted():
            order.amazon_valid_until = fields.Datetime.now() - timedelta(**ago)

    def later(self, document, **passed):
        """Let time pass for a queued document."""
        delta = timedelta(**passed)
        values = {name: document[name] - delta
                  for name in ('queued_at', 'next_try_at', 'last_try_at') if document[name]}
        document.write(values)
        if outbox := self.outbox(document.group_id).filtered('rests_until'):
            outbox.rests_until -= delta

    def outbox(self, group=None):
        """Find the outbox of a group."""
        return self.env['amazon.punchout.outbox'].search([('group_id', '=', (group or self.group).id)])

    def make_company(self, name, currency='base.USD'):
        """Make another company with a group, a shopper, a warehouse and complete addresses.

        :return: the company, its group and its warehouse
        """
        address = self.company.partner_id.read(
            ['street', 'city', 'zip', 'phone', 'email', 'country_id', 'state_id'], load=None)[0]
        address.pop('id')
        company = self.env['res.company'].create({'name': name, 'currency_id': self.env.ref(currency).id, **address})
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        warehouse.partner_id = self.env['res.partner'].create({'name': f"{name} dock", **address})
        group = self.group.copy({
            'name': name, 'company_id': company.id, 'shared_secret': SECRET, 'responsible_id': self.administrator.id,
            'warehouse_ids': [Command.set(warehouse.ids)], 'warehouse_id': False,
        })
        # Without a shopper no group goes live.
        shopper = self.new_user(f'shopper{company.id}', 'purchase.group_purchase_user')
        shopper.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        group.state = 'test'
        group.state = 'active'
        return company, group, warehouse
