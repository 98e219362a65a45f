from odoo import models


class ResCurrency(models.Model):
    """Whether amounts of an Amazon cart can be compared with amounts of the company."""
    _inherit = 'res.currency'

    def _amazon_has_rate(self, company):
        """Tell whether amounts in this currency can be compared with the company's own.

        Without any rate Odoo converts 1:1, which is wrong.

        :param company: a `res.company`
        :rtype: bool
        """
        self.ensure_one()
        return self == company.currency_id or bool(self.env['res.currency.rate'].sudo().search_count([
            ('currency_id', '=', self.id), ('company_id', 'in', (False, company.root_id.id)),
        ], limit=1))
