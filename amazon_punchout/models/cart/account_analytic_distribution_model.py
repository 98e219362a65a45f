from odoo import api, models

from ...tools.analytic_once import found_distributions


class AccountAnalyticDistributionModel(models.Model):
    """What Odoo proposes as the analytic distribution of a line."""
    _inherit = 'account.analytic.distribution.model'

    @api.model
    def _get_distribution(self, vals):
        """Override of `analytic` to look up the same only once for many lines of a document."""
        found = found_distributions()
        if found is None:
            return super()._get_distribution(vals)
        # Before the call, which changes lists among the values.
        key = repr((self.env.uid, self.env.su, self.env.companies, sorted(vals.items(), key=lambda each: each[0])))
        if key not in found:
            found[key] = super()._get_distribution(vals)
        return dict(found[key])
