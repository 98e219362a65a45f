from odoo import models


class ResPartnerRate(models.Model):
    """What core does with a vendor at each order and each message, while one vendor stands for all of Amazon."""
    _inherit = 'res.partner'

    def _compute_on_time_rate(self):
        """Override of `purchase_stock` to give Amazon's vendor no rate, without reading a year of lines and moves.

        One vendor stands for all of Amazon, and the date of an order is not what Amazon promised.
        """
        vendors = self.env['amazon.punchout.group']._stand_ins().vendors
        amazon = self.filtered(lambda partner: partner._origin.id in vendors)
        amazon.on_time_rate = -1  # core's value for no data
        if others := self - amazon:
            super(ResPartnerRate, others)._compute_on_time_rate()

    def signup_get_auth_param(self):
        """Override of `auth_signup` to invite Amazon's vendor to no portal.

        For each notification about an order or a bill, core writes on its vendor that it may sign up. Messages from
        Amazon that are processed at the same time would all have to write that one row, and only one of them can.
        """
        vendors = self.env['amazon.punchout.group']._stand_ins().vendors
        others = self.filtered(lambda partner: partner.id not in vendors)
        return super(ResPartnerRate, others).signup_get_auth_param()
