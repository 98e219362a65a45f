"""Two companies, one in dollars and one in euros, with rates that move and taxes of which a part comes back."""
from odoo.fields import Command

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.cxml_builder import confirmation_xml, status

from e2e.month.company import Books

from .story import months

# The second company has a rate of its own for the dollar.
SECOND = "Example Labs LLC"
REASON = '015-005: Out of stock'


def _moving(start, step):
    """Let a rate move from month to month.

    :return: the rate by its first day, a text
    :rtype: dict[str, float]
    """
    return {day.isoformat(): round(start + step * (number % 5), 4) for number, day in enumerate(months())}


class YearBooks(Books):
    currencies = {SECOND: 'EUR'}
    rates = {'USD': {'2020-01-01': 1}, 'EUR': _moving(0.8, 0.0137), 'JPY': _moving(147, 1.73)}
    own_rates = {'USD': _moving(1.01, 0.0021)}
    # A part of the first one's VAT comes back, and another part of the second one's; the Japanese one is cost.
    taxed = {"Works DE": 19, "Labs DE": 19, "Works JP": 10}
    recoverable = {"Works DE": 50, "Labs DE": 60, "Works JP": 0}

    def __init__(self, env, groups):
        self.wanted = groups
        super().__init__(env, groups)
        env = self.env
        second = self.companies[SECOND]
        assert second.currency_id.name == 'EUR'
        for name, rates in self.own_rates.items():
            env['res.currency.rate'].with_company(second).create([{
                'currency_id': env.ref(f'base.{name}').id, 'name': day, 'rate': rate, 'company_id': second.id,
            } for day, rate in rates.items()])
        self.companies["Example Works Inc."].write({'fiscalyear_last_month': '12', 'fiscalyear_last_day': 31})
        second.write({'fiscalyear_last_month': '3', 'fiscalyear_last_day': 31})
        self.shoppers, self.locations = {}, {}
        for company in self.companies.values():
            self.locations[company] = self._warehouse(company) | env['stock.warehouse'].create({
                'name': f"{company.name} annex", 'code': f"AN{company.id}", 'company_id': company.id,
                'partner_id': company.partner_id.id})

    def _tax(self, company, rate):
        """Override to book a part of the tax on an account, from which it comes back; the rest is cost."""
        tax = super()._tax(company, rate)
        part = self.recoverable[self._of]
        env = self.env(context={**self.env.context, 'allowed_company_ids': company.ids})
        account = env['account.account'].create({
            'name': f"Input tax {self._of}", 'code': f"TX{len(self._of)}{rate}", 'account_type': 'asset_current',
            'company_ids': [Command.set(company.ids)]})
        parts = [Command.clear(), Command.create({'repartition_type': 'base'})]
        if part:
            parts.append(Command.create({
                'repartition_type': 'tax', 'factor_percent': part, 'account_id': account.id}))
        if part < 100:
            parts.append(Command.create({'repartition_type': 'tax', 'factor_percent': 100 - part}))
        tax.write({'invoice_repartition_line_ids': parts, 'refund_repartition_line_ids': parts})
        return tax

    def _group(self, values):
        self._of = values['name']
        return super()._group(values)

    # === ORDERS === #

    def order(self, values):
        """Override to let the order be made at night, when the day before isn't over yet in New York."""
        order = super().order(values)
        self.env.flush_all()
        # Nobody may change the day of an order, of which its rate is.
        self.env.cr.execute("UPDATE purchase_order SET date_order = %s, date_approve = %s WHERE id = %s", (
            f"{values['date']} 02:30:00", f"{values['date']} 03:30:00", order.id))
        self.env.invalidate_all()
        self.env.add_to_compute(order._fields['currency_rate'], order)
        self.env.flush_all()
        return order

    def _shopper(self, values):
        email = values['buyer']['email']
        if email not in self.shoppers:
            self.shoppers[email] = self.buyer.copy({
                'name': values['buyer']['name'], 'login': email, 'email': email,
                'group_ids': [Command.set(self.buyer.group_ids.ids)]})
        return self.shoppers[email]

    def _location(self, group, values):
        locations = self.locations[group.company_id]
        return locations[int(values['number'][1:]) % 2]

    def reject(self, order, kept):
        """Let Amazon reject what it does not deliver.

        :param dict kept: quantities by Amazon's line
        """
        lines = order._amazon_item_lines()
        raw = confirmation_xml(order, [
            (line.amazon_line_number, int(line.amazon_cart_quantity), *self._statuses(
                int(line.amazon_cart_quantity), kept.get(line.amazon_line_number, 0)))
            for line in lines], confirm_id=order.amazon_order_ref, to_identity=order.amazon_group_id.identity)
        self.env['amazon.punchout.document']._store_message(order.amazon_group_id, cxml.read_request(raw), raw)
        self.env['amazon.punchout.document']._cron_process()

    def _statuses(self, quantity, kept):
        if kept:
            yield status(quantity=kept)
        if quantity > kept:
            yield status('reject', quantity=quantity - kept, error=REASON)
