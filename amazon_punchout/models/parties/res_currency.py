from odoo import models


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    def _amazon_has_rate(self, company):
        """Tell whether amounts in this currency can be compared with the company's own.

        Without any rate Odoo counts 1:1, which says nothing.

        :param company: a `res.company`
        :rtype: bool
        """
        self.ensure_one()
        return self == company.currency_id or bool(self.env['res.currency.rate'].sudo().search_count([
            ('currency_id', '=', self.id), ('company_id', 'in', (False, company.root_id.id)),
        ], limit=1))
