from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ...const import RATE_TAXES
from ...tools.sentences import shown_number


class AmazonPunchoutTaxRate(models.Model):
    """The purchase tax that a rate of Amazon stands for, or that it stands for none and is part of the cost."""
    _name = 'amazon.punchout.tax.rate'
    _description = "Amazon Tax Rate"
    _order = 'group_id, rate desc'
    _check_company_auto = True

    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, index=True, precompute=True)
    # Deleting a tax must not turn its row into one without a tax, which means something else.
    tax_id = fields.Many2one(
        'account.tax', "Purchase Tax", check_company=True, ondelete='cascade', domain=RATE_TAXES,
        help="If empty, the tax of this rate is part of the cost: the company can't reclaim it.")
    rate = fields.Float(
        "Rate (%)", digits=(16, 4), compute='_compute_rate', store=True, readonly=False, precompute=True, required=True,
        help="The rate that Amazon states.")
    is_cost = fields.Boolean("Part of the Cost", compute='_compute_is_cost')

    _rate_uniq = models.UniqueIndex("(group_id, rate)", "This rate already has a tax.")

    @api.depends('tax_id')
    def _compute_rate(self):
        for row in self:
            if row.tax_id:
                row.rate = float(row.tax_id._amazon_rate())

    @api.depends('tax_id')
    def _compute_is_cost(self):
        for row in self:
            row.is_cost = not row.tax_id

    @api.depends('rate', 'tax_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for row in self:
            values = {'rate': shown_number(self.env, row.rate), 'tax': row.tax_id.name}
            row.display_name = self.env._("%(rate)s%%: %(tax)s", **values) if row.tax_id else self.env._(
                "%(rate)s%%: part of the cost", **values)

    @api.constrains('tax_id', 'rate')
    def _check_tax(self):
        """Check that the tax can be compared with what Amazon states, and that it has the rate."""
        for row in self:
            tax = row.tax_id
            if not tax:
                continue
            if tax.type_tax_use != 'purchase' or not tax._amazon_is_comparable():
                raise ValidationError(self.env._(
                    "%s can't be compared with the amounts that Amazon states. Choose a purchase tax that is a "
                    "percentage, or a group of percentages.", tax.name))
            rate = tax._amazon_rate()
            if float_compare(float(rate), row.rate, precision_digits=4):
                raise ValidationError(self.env._(
                    "The rate of %(tax)s is %(amount)s%%, not %(rate)s%%. Choose a purchase tax of that rate.",
                    tax=tax.name, amount=shown_number(self.env, rate),
                    rate=shown_number(self.env, row.rate)))
