"""The records for the roles: one of every kind and in every state that has a button, none of them their own."""
import base64
from decimal import Decimal

from odoo.fields import Command
from odoo.tools.safe_eval import safe_eval

from ..const import HEALTH_PARAMETER
from ..tools.cart_lock import lifted
from ..transactions import Statement, Transaction
from .common import SECRET, answer
from .cxml_builder import cart_xml, confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status
from .report_builder import ORDER_HEADERS, csv_report, order_row
from .roles_case import RolesCase


class RolesStory(RolesCase):
    """The records, made once for all tests; each act on them is undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()
        case.set_limit(1000)
        cls.tax = cls.new_tax(19)
        cls.groups = case.make_groups()
        cls.rate = cls.env['amazon.punchout.tax.rate'].create({
            'group_id': cls.groups['a draft group'].id, 'tax_id': cls.tax.id})
        cls.category = cls.env['amazon.punchout.unspsc'].create({'prefix': '44', 'company_id': cls.company.id})
        cls.entity = cls.env['amazon.punchout.entity'].create({'name': "South", 'group_id': cls.group.id})
        cls.orders = case.make_orders()
        cls.trips = case.make_trips()
        cls.documents = case.make_documents()
        cls.bills = case.make_bills()
        cls.charges = case.make_charges()
        cls.statement_line = cls.env['account.bank.statement.line'].create({
            'journal_id': cls.env['account.journal'].search([
                ('type', 'in', ('bank', 'credit')), ('company_id', '=', cls.company.id)], limit=1).id,
            'payment_ref': "AMZN Mktp US", 'amount': -9.99, 'date': '2026-03-10'})
        cls.problems = case.make_problems()
        cls.env.flush_all()
        cls.env.invalidate_all()

    # === MAKING === #

    def shop(self, price='9.99'):
        return self.make_order([item(price=price)], user=self.shopper)

    def order_it(self, answered=None):
        """Confirm an order as the shopper, and send it if there is an answer to it."""
        order = self.shop()
        order.with_user(self.shopper).button_confirm()
        if answered:
            self.send(answered)
        return order

    def make_groups(self):
        """Make groups without any role as a member, so that no role has two groups to choose from.

        Only the group whose shopping starts on Amazon has members, since it is never chosen in Odoo.
        """
        vals = {
            'user_ids': [Command.set(self.buyer.ids)], 'shared_secret': SECRET, 'responsible_id': self.buyer.id}
        return {
            'a draft group': self.group.copy({'name': "Draft group", **vals}),
            'a test group': self.group.copy({'name': "Group in test", **vals, 'state': 'test'}),
            'a group of another database': self.group.copy({
                'name': "Copied group", **vals, 'state': 'test', 'database_uuid': 'another',
                'database_name': 'another'}),
            'a Punch-in group': self.group.copy({
                'name': "Group that starts on Amazon", **vals, 'state': 'test', 'flow': 'punchin',
                'identity': 'PunchinGroup',
                'user_ids': [Command.set((self.shopper | self.people['member']).ids)]}),
        }

    def make_orders(self):
        # Before the one that stays in the queue.
        self.charged_orders = [self.order_it(answer()), self.order_it(answer())]
        orders = {
            'a request for quotation': self.env['purchase.order'].create({'partner_id': self.vendor.id}),
            'an order at Amazon': self.order_it(answer()),
            'a declined order': self.order_it(answer(code='400')),
            'an unclear order': self.order_it(answer(status=500, body='')),
            'a confirmed order': self.order_it(answer()),
            'a rejected order': self.order_it(answer()),
            'a shipped order': self.order_it(answer()),
            'a queued order': self.order_it(),
            'a cart': self.shop(),
            'a cart above the limit': self.shop(price='2000.00'),
            'a waiting cart': self.shop(price='2000.00'),
            'a cancelled cart': self.shop(),
            'an order past the outbox': self.shop(),
            'a test cart': self.make_order([item()], user=self.buyer, group=self.groups['a test group']),
            "the member's cart": self.make_order([item()], user=self.people['member']),
        }
        orders['a waiting cart'].with_user(self.shopper).button_confirm()
        with lifted():  # as an addon does that skips button_approve
            orders['an order past the outbox'].write({'state': 'purchase'})
        orders['a cancelled cart'].with_user(self.shopper).button_cancel()
        confirmed, rejected = orders['a confirmed order'], orders['a rejected order']
        self.deliver(confirmation_xml(confirmed, [(1, 1, status('accept'))]))
        self.deliver(confirmation_xml(rejected, [(1, 1, status('reject'))], confirm_id='111-0000000-0000002'))
        self.deliver(ship_notice_xml(confirmed, [(1, 1)]))
        self.deliver(ship_notice_xml(orders['a shipped order'], [(1, 1)], shipment_id='SHIP2'))
        return orders

    def make_trips(self):
        session, cookie = self.start_trip(user=self.shopper)
        kept, _taken = self.receive(cookie, cart_xml(cookie, [item(condition='Used')]))
        with self.amazon(answer(code='401')):
            failed = self.env['amazon.punchout.session'].browse(
                self.group.with_user(self.shopper)._punch_out()['res_id']).sudo()
        late = self.start_trip(user=self.people['member'])[0]
        late.state = 'expired'
        held = self.unclaimed('held')
        held.claim_user_id = self.shopper
        return {
            'a trip': self.start_trip(user=self.shopper)[0], 'a kept cart': kept, 'a failed trip': failed,
            "the member's expired trip": late, 'an unclaimed cart': self.unclaimed('anybody'),
            'a cart held for the shopper': held,
        }

    def unclaimed(self, cookie):
        """Receive a cart that was filled on Amazon, for the group whose shopping starts there."""
        raw = cart_xml(cookie, [item()]).replace(b'>TestGroup<', b'>PunchinGroup<')
        session, refusal = self.env['amazon.punchout.session']._hold_unsolicited_cart(raw)
        self.assertFalse(refusal)
        return session

    def make_documents(self):
        order = self.orders['a confirmed order']
        request = order._amazon_request()
        message = order.amazon_document_ids.filtered(lambda each: each.document_type == 'ConfirmationRequest')
        invoice = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))]))
        left = {'state': 'attention', 'is_applied': True}
        problem = {'state': 'attention', 'is_applied': False}
        return {
            'an order request': request, 'an invoice': invoice,
            'a message that needs attention': self.once_more(message, problem),
            'an invoice that needs attention': self.once_more(invoice, problem),
            'a message about an order in doubt': self.once_more(message, {**problem, 'doubted_order_id': order.id}),
            'an invoice of an order in doubt': self.once_more(invoice, {**problem, 'doubted_order_id': order.id}),
            'an invoice of a declined order in doubt': self.once_more(
                invoice, {**problem, 'doubted_order_id': self.orders['a declined order'].id}),
            'a dismissed invoice': self.once_more(invoice, {'state': 'dismissed', 'is_applied': False}),
            'a message with something left over': self.once_more(message, left),
            'an invoice with something left over': self.once_more(invoice, left),
        }

    def once_more(self, document, vals):
        return document.copy({'payload_id': f'{document.payload_id}.copy', 'account_group_id': False, **vals})

    def make_bills(self):
        bill = self.env['account.move'].search([('amazon_invoice_id', '!=', False)], limit=1)
        posted = bill.copy({'invoice_date': '2026-03-06'})
        posted.invoice_line_ids.amazon_purchase_line_id = bill.invoice_line_ids.amazon_purchase_line_id[:1]
        posted.amazon_group_id = self.group
        posted.action_post()
        return {'a draft bill': bill, 'a posted bill': posted}

    def make_charges(self):
        """Make charges that need a decision, and reports in the states that have buttons."""
        def charge(**vals):
            return self.env['amazon.punchout.transaction'].create({
                'kind': 'charge', 'source': 'report', 'amount': 9.99, 'currency_id': self.env.ref('base.USD').id,
                'company_id': self.company.id, 'group_id': self.group.id, 'state': 'attention', **vals})

        def report(raw, **vals):
            return self.env['amazon.punchout.import'].create({
                'name': "orders.csv", 'file': base64.b64encode(raw), 'user_id': self.shopper.id, 'kind': 'orders',
                'company_ids': [Command.set(self.company.ids)], **vals})

        row = order_row('9.99', Account_Group=self.group.name)
        raw = csv_report(ORDER_HEADERS, [row])
        order = self.orders['an order at Amazon']
        accepted = self.differing_order(charge)
        accepted._accept(accepted.figures, "Rounded")
        dismissed = charge(attention='alike')
        dismissed._dismiss("Stated twice")
        self.env['amazon.punchout.reported.item'].create({
            'is_return': True, 'company_id': self.company.id, 'order_id': order.id, 'about': "a return"})
        return {
            'a charge stated twice': charge(attention='alike', order_ids=[Command.set(order.ids)]),
            'a charge of an unsent order': charge(attention='never_sent'),
            'a changed charge': self.changed_charge(),
            'an outside charge': charge(state='outside', is_settled=True, line_ids=[Command.create({
                'order_ref': '222-0000000-0000002', 'title': "Paper", 'total': 9.99})]),
            'a refund with an excess': charge(
                kind='refund', is_settled=True, excess_amount=9.99, line_ids=[Command.create({'total': 9.99})]),
            'a dismissed charge': dismissed,
            'a charge with a payment in doubt': charge(doubted_payment_id=self.payment_by_hand().id),
            'a difference': self.differing_order(charge),
            'an accepted difference': accepted,
            'a held charge': self.stated_charge(account_group="East"),
            'a checked report': report(
                raw, state='ready', row_count=1, unknown_headers=["Spalte"],
                unknown_names=[{'kind': 'account_group', 'name': "East", 'rows': 1}]),
            'a report with unclear dates': report(raw, question='dates'),
            'a report without a currency': report(raw, question='currency'),
            'an imported report': report(raw, state='done', transaction_ids=[Command.set(charge().ids)]),
        }

    def differing_order(self, charge):
        """Have an order that Amazon has charged, but that is not billed.

        :param charge: makes a charge of values
        :return: its row on the page Reconciliation
        """
        order = self.charged_orders.pop()
        charge(state='matched', is_settled=True, instrument='card', order_ids=[Command.set(order.ids)],
               line_ids=[Command.create({'order_id': order.id, 'total': 9.99})])
        self.env.flush_all()
        return self.env['amazon.punchout.reconciliation'].search([('order_id', '=', order.id)])

    def stated_charge(self, **values):
        """State a charge as a report does."""
        charges = self.env['amazon.punchout.transaction']
        stated = Transaction('charge', Decimal('9.99'), 'USD', **values)
        return charges._import_statement(
            Statement('orders', transactions=(stated,)), 'report', companies=self.company).touched

    def payment_by_hand(self):
        return self.env['account.payment'].create({
            'payment_type': 'outbound', 'partner_type': 'supplier', 'partner_id': self.vendor.id, 'amount': 9.99,
            'journal_id': self.env['account.journal'].search([
                ('type', '=', 'bank'), ('company_id', '=', self.company.id)], limit=1).id})

    def changed_charge(self):
        charge = self.stated_charge(account_group=self.group.name, charge_identifier='CHANGED')
        charge.write({'state': 'attention', 'attention': 'changed'})
        return charge

    def make_problems(self):
        """Find the rows of the page Problems for some records, and one of a scheduled action that is switched off."""
        self.env.ref('amazon_punchout.ir_cron_remind_hold').active = False
        self.env['ir.config_parameter'].set_param(HEALTH_PARAMETER, 'not-a-real-token-0123456789-0123456789')
        links = {'purchase.order': 'purchase_order_id', 'amazon.punchout.document': 'document_id',
                 'amazon.punchout.session': 'session_id'}
        about = {**self.orders, **self.trips, **self.documents}
        problems = self.env['amazon.punchout.problem']
        return {
            **{f'the problem of {which}': problems.search([(links[about[which]._name], '=', about[which].id)])
               for which in ('an unclear order', 'a declined order', 'an order past the outbox',
                             'a message that needs attention', 'a message with something left over',
                             'a message about an order in doubt', 'a kept cart', 'an unclaimed cart')},
            'a scheduled action that is off': problems.search([('cron_key', '=', 'ir_cron_remind_hold')]),
        }

    # === FINDING === #

    def named(self):
        """Give the records that the second column of a table may name.

        :rtype: dict[str, odoo.models.BaseModel]
        """
        return {**self.groups, **self.orders, **self.trips, **self.documents, **self.bills, **self.charges,
                **self.problems}

    def sample(self, model, which=''):
        """Find a record of the roles' company that is not the role's own.

        :param str model: any model
        :param str which: of :meth:`named`; if empty, any record of the model
        :return: the record in superuser mode; empty if there is none
        """
        if which:
            self.assertIn(
                which, self.named(), "the second column of docs/roles.md may name: " + ", ".join(self.named()))
            return self.named()[which]
        confirmed = self.orders['a confirmed order']
        known = {
            'amazon.punchout.group': self.group,
            'amazon.punchout.session': self.trips['a trip'],
            'amazon.punchout.document': self.documents['an order request'],
            'amazon.punchout.problem': self.problems['the problem of an unclear order'],
            'amazon.punchout.shipment': confirmed.amazon_shipment_ids,
            'amazon.punchout.shipment.line': confirmed.amazon_shipment_ids.line_ids,
            'purchase.order': self.orders['a cart'],
            'purchase.order.line': self.orders['a cart'].order_line,
            'account.move': self.bills['a draft bill'],
            'account.move.line': self.bills['a posted bill'].invoice_line_ids,
            'stock.picking': confirmed.picking_ids,
            'stock.warehouse': self.warehouse,
            'account.tax': self.tax,
            'amazon.punchout.tax.rate': self.rate,
            'amazon.punchout.unspsc': self.category,
            'amazon.punchout.entity': self.entity,
            'account.account': self.env['account.account'].search([('account_type', '=', 'expense')]),
            'amazon.punchout.transaction': self.charges['a charge stated twice'],
            'amazon.punchout.transaction.line': self.charges['an outside charge'].line_ids,
            'amazon.punchout.import': self.charges['a checked report'],
            'amazon.punchout.reconciliation': self.env['amazon.punchout.reconciliation'].browse(confirmed.id),
            'account.journal': self.statement_line.journal_id,
            'account.bank.statement.line': self.statement_line,
            'res.users': self.shopper,
            'res.company': self.company,
            'res.partner': self.vendor,
        }
        return known[model][:1] if model in known else self.any_record(model)

    def any_record(self, model):
        """Find any record of a model, or create one."""
        records = self.env[model].browse() if self.env[model]._transient else self.env[model].search([], limit=1)
        return records or self.env[model].create(self.fill(model))

    def own(self, user, model):
        """Give a record that the user made, a trip of the user, or the user, with the rights of that user."""
        if model == 'res.users':
            return user.with_user(user)
        if self.env[model]._transient:
            return self.env[model].with_user(user).sudo().create(self.fill(model, user)).sudo(False)
        return self.sample(model).copy({'user_id': user.id}).with_user(user)

    def fill(self, model, user=None):
        """Give the required values of a new record.

        :param str model: its model
        :param user: the `res.users` to whose dialogs the record belongs
        :rtype: dict
        """
        env = self.env[model]
        required = [field for field in env._fields.values() if field.required and field.store and not field.related]
        given = env.default_get([field.name for field in required])
        vals = {field.name: self.value(field, user) for field in required
                if field.name not in given and (not field.compute or field.type == 'many2one' and not field.readonly)}
        if 'company_id' in env._fields and not env._fields['company_id'].related:
            vals['company_id'] = self.company.id
        return vals

    def value(self, field, user):
        match field.type:
            case 'many2one' if user and self.env[field.comodel_name]._transient:
                return self.own(user, field.comodel_name).id
            case 'many2one':
                return self.sample(field.comodel_name).id
            case 'selection':
                return field.get_values(self.env)[0]
            case 'integer' | 'float' | 'monetary':
                return 1
            case 'boolean':
                return True
            case 'datetime':
                return '2026-03-02'
        return "1"

    # === WHAT IS SHOWN === #

    def is_invisible(self, node, record):
        expression = node.get('invisible')
        if not expression:
            return False
        names = self.names_in(expression) & record._fields.keys() or {'id'}  # without names, all fields would be read
        values = {name: value[0] if isinstance(value, tuple) else value
                  for name, value in record.read(list(names))[0].items()}
        return bool(safe_eval(expression, {'context': {}, 'uid': record.env.uid, **values}))
