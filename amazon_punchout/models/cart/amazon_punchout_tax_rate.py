from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ...const import PERCENTAGE_TAXES


class AmazonPunchoutTaxRate(models.Model):
    """The purchase tax that a rate of Amazon stands for, where the company has several with that rate."""
    _name = 'amazon.punchout.tax.rate'
    _description = "Amazon Tax Rate"
    _order = 'group_id, rate'
    _rec_name = 'tax_id'
    _check_company_auto = True

    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, index=True, precompute=True)
    tax_id = fields.Many2one(
        'account.tax', "Purchase Tax", required=True, check_company=True, ondelete='cascade',
        domain=PERCENTAGE_TAXES)
    rate = fields.Float(
        "Rate (%)", digits=(16, 4), compute='_compute_rate', store=True, readonly=False, precompute=True, required=True,
        help="The rate that Amazon states.")

    _rate_uniq = models.UniqueIndex("(group_id, rate)", "This rate already has a tax.")

    @api.depends('tax_id')
    def _compute_rate(self):
        for row in self:
            row.rate = row.tax_id.amount

    @api.constrains('tax_id', 'rate')
    def _check_tax(self):
        """Check that the tax can be compared with what Amazon states, and that it has the rate."""
        for row in self:
            tax = row.tax_id
            if tax.type_tax_use != 'purchase' or not tax._amazon_is_simple():
                raise ValidationError(self.env._(
                    "%s can't be compared with the amounts that Amazon states. Choose a purchase tax that is a "
                    "percentage on top of the price, without reverse charge.", tax.name))
            if float_compare(tax.amount, row.rate, precision_digits=4):
                raise ValidationError(self.env._(
                    "The rate of %(tax)s is %(amount)g%%, not %(rate)g%%. Choose a purchase tax of that rate.",
                    tax=tax.name, amount=tax.amount, rate=row.rate))
