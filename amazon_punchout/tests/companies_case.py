"""Two companies with three groups: two in dollars, one in euros, each with its own secret and people."""
from odoo.fields import Command

from .common import answer
from .cxml_builder import item
from .message_case import MessageCase

DE_ADDRESS = {'street': "Teststraße 1", 'city': "Berlin", 'zip': "10115", 'phone': "+49 30 123456"}


class CompaniesCase(MessageCase):
    """Two companies with a buyer, a manager and an administrator each, and a buyer of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.EUR').active = True
        germany = {
            **DE_ADDRESS, 'country_id': cls.env.ref('base.de').id, 'state_id': cls.env.ref('base.state_de_be').id}
        cls.gmbh = cls.env['res.company'].create({
            'name': "Test GmbH", 'currency_id': cls.env.ref('base.EUR').id, 'email': "de@example.com", **germany})
        cls.berlin = cls.env['stock.warehouse'].search([('company_id', '=', cls.gmbh.id)], limit=1)
        cls.berlin.partner_id = cls.env['res.partner'].create({'name': "Lager Berlin", **germany})
        cls.sequence = cls.env['ir.sequence'].create({
            'name': "GmbH orders", 'code': 'purchase.order', 'company_id': cls.gmbh.id, 'prefix': 'B', 'padding': 5})
        cls.de_vendor = cls.env['res.partner'].create({
            'name': "Amazon EU", 'is_company': True, 'company_id': cls.gmbh.id})
        cls.de_buyer = cls.new_user_of('debuyer', 'purchase.group_purchase_user', cls.gmbh)
        cls.de_manager = cls.new_user_of('demanager', 'purchase.group_purchase_manager', cls.gmbh)
        cls.de_administrator = cls.new_user_of('deadmin', 'amazon_punchout.group_administrator', cls.gmbh)
        cls.both = cls.new_user_of('both', 'purchase.group_purchase_user', cls.company, cls.gmbh)
        cls.second = cls.group.copy({
            'name': "US second", 'identity': 'SecondGroup', 'shared_secret': 'secret-of-us-2',
            'order_url': 'https://amazon.example/order/2'})
        cls.german = cls.env['amazon.punchout.group'].create({
            'name': "Berlin", 'company_id': cls.gmbh.id, 'partner_id': cls.de_vendor.id, 'marketplace': 'de',
            'identity': 'GermanGroup', 'shared_secret': 'secret-of-de', 'setup_test_url': False,
            'order_url': 'https://amazon.example/order/3', 'responsible_id': cls.de_administrator.id,
            'warehouse_ids': [Command.set(cls.berlin.ids)]})
        for group in (cls.second, cls.german):
            group.state = 'test'
            group.state = 'active'

    @classmethod
    def new_user_of(cls, login, groups, *companies):
        user = cls.new_user(login, groups)
        user.write({'company_ids': [Command.set([company.id for company in companies])], 'company_id': companies[0].id})
        return user

    def three_orders(self):
        """Send an order of each group to Amazon.

        :return: the orders of the first, the second and the German group, in superuser mode
        """
        orders = [
            self.make_order([item(price='10.00')]),
            self.make_order([item(price='20.00')], group=self.second, user=self.both),
            self.make_order([item(price='30.00', tax='5.70', details=[('19', '5.70', 'subtotalTax')])],
                            group=self.german, user=self.both, currency='EUR', tax='5.70'),
        ]
        for order in orders:
            order.with_user(order.amazon_requester_id).button_confirm()
        self.send(answer())
        for order in orders:
            self.assertStands(order, 'sent')
        return orders
