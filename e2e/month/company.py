"""Two companies with their Amazon groups, accounts and sent orders: runs inside Odoo."""
import json
import secrets
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.amazon_punchout.const import STANDING_RATES
from odoo.addons.amazon_punchout.tests.cxml_builder import cart_xml, item
from odoo.addons.amazon_punchout.tools.cart_lock import lifted

from lab.month import orders_of

ADDRESS = {'street': "1 Test Street", 'city': "Springfield", 'zip': "12345", 'phone': "+1 555 0100",
           'email': "dock@example.com"}
# Units of the foreign currency for one dollar, all year: the day of a booking changes no amount.
RATES = {'EUR': 0.8, 'JPY': 150}
REGIONS = {'us': 'na', 'de': 'eu', 'jp': 'jp'}

class Books:
    """Makes what a month needs; each group is {name, company, country, currency, pays}."""
    # Units of each currency for one dollar, from a day on.
    rates = {'USD': {'2020-01-01': 1}, **{name: {'2020-01-01': rate} for name, rate in RATES.items()}}
    # By company; the others keep dollars.
    currencies = {}
    # A German VAT that the second company reclaims; to the first one, all tax is cost.
    taxed = {"Labs DE": 19}

    def __init__(self, env, groups):
        self.env = env = env(context={'lang': 'en_US', 'tracking_disable': True})
        for name, rates in self.rates.items():
            currency = env['res.currency'].with_context(active_test=False).search([('name', '=', name)])
            currency.active = True
            currency.rate_ids.unlink()
            env['res.currency.rate'].create([
                {'currency_id': currency.id, 'name': day, 'rate': rate, 'company_id': False}  # of all companies
                for day, rate in rates.items()])
        names = list(dict.fromkeys(group['company'] for group in groups))
        self.companies = {name: self._company(name, is_first=name == names[0]) for name in names}
        companies = env['res.company'].union(*self.companies.values())
        self.env = env = env(context={**env.context, 'allowed_company_ids': companies.ids})
        self.vendor = env['res.partner'].create({'name': "Amazon Business", 'is_company': True})
        self.buyer = self._user('buyer', companies, 'purchase.group_purchase_user')
        self._user('accountant', companies, 'account.group_account_invoice')
        self.administrator = self._user('amazonadmin', companies, 'amazon_punchout.group_administrator')
        self.groups = {group['name']: self._group(group) for group in groups}
        # What a test of the connection does, for which these groups have no Amazon.
        env.flush_all()
        env.cr.execute("UPDATE amazon_punchout_group SET state = 'active'")
        env.invalidate_all()

    def _company(self, name, is_first):
        env = self.env
        country = {'country_id': env.ref('base.us').id, 'state_id': env.ref('base.state_us_5').id}
        # With a country, core would install another module for it.
        currency = {'currency_id': env.ref(f'base.{self.currencies.get(name, "USD")}').id}
        company = env.ref('base.main_company') if is_first else env['res.company'].create({'name': name, **currency})
        company.partner_id.write({**ADDRESS, **country})
        company.write({'name': name, 'po_double_validation': 'one_step', **currency})
        if not is_first:
            env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
            company.write(currency)  # the chart has its own
        warehouse = self._warehouse(company) or env['stock.warehouse'].create({
            'name': name, 'code': name[-5:], 'company_id': company.id})
        warehouse.partner_id = company.partner_id
        return company

    def _warehouse(self, company):
        return self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)

    def _user(self, login, companies, group):
        return self.env['res.users'].create({
            'name': f"{login.title()} Person", 'login': login, 'email': f'{login}@example.com',
            'company_id': companies[:1].id, 'company_ids': [Command.set(companies.ids)],
            'group_ids': [Command.link(self.env.ref(group).id)]})

    def _group(self, values):
        company, country = self.companies[values['company']], values['country'].lower()
        rates = dict.fromkeys(map(float, STANDING_RATES.get(country, ())), False)
        if rate := self.taxed.get(values['name']):
            rates = {rate: self._tax(company, rate).id}
        group = self.env['amazon.punchout.group'].with_company(company).create({
            'name': values['name'], 'company_id': company.id, 'partner_id': self.vendor.id, 'marketplace': country,
            'identity': values['name'], 'shared_secret': 'not-a-real-secret',
            'setup_url': 'https://amazon.example/setup', 'order_url': 'https://amazon.example/order',
            'responsible_id': self.administrator.id, 'payment_method': values['pays'],
            'require_account': False, 'all_users': True, 'tax_rate_ids': [
                Command.create({'rate': rate, 'tax_id': tax}) for rate, tax in rates.items()]})
        card, balance = self._journal(group, "card"), self._journal(group, "gift card", has_statement=False)
        group.write({
            'journal_id' if values['pays'] == 'card' else 'card_journal_id': card.id, 'balance_journal_id': balance.id})
        group.state = 'test'
        return group

    def _tax(self, company, rate):
        tax_group = self.env['account.tax.group'].create({
            'name': f"VAT {rate} %", 'company_id': company.id, 'country_id': company.account_fiscal_country_id.id})
        return self.env['account.tax'].with_company(company).create({
            'name': f"Purchase {rate} %", 'amount': rate, 'type_tax_use': 'purchase', 'company_id': company.id,
            'tax_group_id': tax_group.id, 'country_id': company.account_fiscal_country_id.id})

    def _journal(self, group, kind, has_statement=True):
        name, company = f"{group.name} {kind}", group.company_id
        env = self.env(context={**self.env.context, 'allowed_company_ids': company.ids})
        code = f"{''.join(word[0] for word in group.name.split())}{group.marketplace}{kind[0]}".upper()

        def account(name, code, account_type, reconcile):
            return env['account.account'].create({
                'name': name, 'code': code, 'account_type': account_type, 'reconcile': reconcile,
                'company_ids': [Command.set(company.ids)]})

        own = account(name, f"X{code}", 'liability_credit_card' if has_statement else 'asset_current', False)
        journal = env['account.journal'].create({
            'name': name, 'code': code[:5], 'type': 'credit' if has_statement else 'cash', 'company_id': company.id,
            'default_account_id': own.id})
        if has_statement:
            waiting = account(f"{name}, outstanding", f"X{code}O", 'liability_current', True)
            lines = journal.outbound_payment_method_line_ids | journal.inbound_payment_method_line_ids
            lines.payment_account_id = waiting
        return journal

    # === ORDERS === #

    def order(self, values):
        """Shop, approve and send an order.

        :param dict values: as the simulator invents orders
        :return: the order
        """
        group, cookie = self.groups[values['group']], secrets.token_urlsafe(8)
        buyer = self._shopper(values).with_company(group.company_id)
        trip = self.env['amazon.punchout.session'].with_user(buyer).sudo().create({
            'group_id': group.id, 'user_id': buyer.id, 'deployment_mode': 'production',
            'warehouse_id': self._location(group, values).id,
            'cookie_hash': self.env['amazon.punchout.session']._hash(cookie),
            'expires_at': fields.Datetime.now() + timedelta(hours=1)})
        # Lines that state a rate have taxes of it; the others have estimated tax.
        trip._receive_cart(cart_xml(cookie, [item(
            asin=line['asin'], price=line['price'], quantity=str(line['quantity']), title=line['title'],
            auxiliary_id=f"{values['number']},{line['number']}", unspsc=line['unspsc'] or '44121615',
            seller=line['seller'], shipping=line['shipping'] if float(line['shipping']) else None, tax=line['tax'],
            details=self._details(group, line),
        ) for line in values['lines']], currency=values['currency']).replace(
            b'1.2.3@amazon', f"{values['number']}@amazon".encode()))
        order = trip.purchase_order_id
        assert order, trip.problem
        order.with_user(buyer).with_company(group.company_id).button_confirm()
        assert order.state == 'purchase', (order.state, order.amazon_status)
        order._amazon_message_arrived("Amazon has it.")
        assert order.amazon_state == 'sent', order.amazon_state
        with lifted():
            order.date_approve = f"{values['date']} 09:00:00"
        return order

    def _shopper(self, values):
        """Say who shops an order."""
        return self.buyer

    def _location(self, group, values):
        """Say where an order is delivered."""
        return self._warehouse(group.company_id)

    def _details(self, group, line):
        """State the parts of a tax, as Amazon does where there is VAT."""
        if group.marketplace == 'us':
            return ()
        rate = float(line['tax_rate']) * 100
        digits = 0 if group.marketplace == 'jp' else 2
        of_shipping = round(float(line['shipping']) * rate / 100, digits)
        of_item = round(float(line['tax']) - of_shipping, digits)
        return [(f'{rate:g}', f'{amount:.{digits}f}', purpose)
                for amount, purpose in ((of_item, 'subtotalTax'), (of_shipping, 'shippingTax')) if amount]


def fill(env, path):
    """Make the companies and send their orders, and print these as the simulator's months take them.

    :param str path: a file with {groups, orders}
    """
    with open(path) as file:
        wanted = json.load(file)
    books = Books(env, wanted['groups'])
    orders = env['purchase.order'].union(*map(books.order, wanted['orders']))
    env.cr.commit()
    print(json.dumps(orders_of(orders)))


def connect(env, url, client_id, client_secret, tokens, since):
    """Enter the access to the REST APIs of each region.

    :param str url: of the simulator
    :param dict tokens: by region
    :param str since: the day from which charges are fetched
    """
    groups = env['amazon.punchout.group'].search([])
    for region, token in tokens.items():
        env['amazon.punchout.api'].create({
            'name': region, 'region': region, 'client_id': client_id, 'client_secret': client_secret,
            'refresh_token': token, 'base_url': url, 'login_url': f'{url}/auth/o2/token', 'use_reconciliation': True,
            'fetch_since': since, 'responsible_id': env['res.users'].search([('login', '=', 'amazonadmin')]).id,
            'group_ids': [Command.set(groups.filtered(lambda group, region=region: REGIONS[
                group.marketplace] == region).ids)]})
    env.cr.commit()
    print('connected')
