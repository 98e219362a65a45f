from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class AmazonPunchoutTaxRate(models.Model):
    """Which purchase tax a rate of Amazon's stands for, where the company has several of that rate."""
    _name = 'amazon.punchout.tax.rate'
    _description = "Amazon Tax Rate"
    _order = 'group_id, rate'
    _rec_name = 'tax_id'
    _check_company_auto = True

    group_id = fields.Many2one('amazon.punchout.group', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, index=True, precompute=True)
    tax_id = fields.Many2one(
        'account.tax', "Purchase Tax", required=True, check_company=True, ondelete='cascade',
        domain="[('type_tax_use', '=', 'purchase'), ('amount_type', '=', 'percent')]")
    rate = fields.Float(
        "Rate in %", digits=(16, 4), compute='_compute_rate', store=True, readonly=False, precompute=True, required=True,
        help="As Amazon states it.")

    _rate_uniq = models.UniqueIndex("(group_id, rate)", "There is a tax for this rate already.")

    @api.depends('tax_id')
    def _compute_rate(self):
        for row in self:
            row.rate = row.tax_id.amount

    @api.constrains('tax_id', 'rate')
    def _check_tax(self):
        """A tax matches a cart only if it computes what Amazon states: a percentage on top of the price."""
        for row in self:
            tax = row.tax_id
            is_simple = tax.amount_type == 'percent' and not tax.price_include and not tax.has_negative_factor
            if tax.type_tax_use != 'purchase' or not is_simple:
                raise ValidationError(self.env._(
                    "%s can't be matched with what Amazon states: choose a purchase tax that is a percentage on top of the "
                    "price, without reverse charge.", tax.name))
            if float_compare(tax.amount, row.rate, precision_digits=4):
                raise ValidationError(self.env._(
                    "%(tax)s makes %(amount)g %%, not %(rate)g %%: choose a purchase tax of that rate.",
                    tax=tax.name, amount=tax.amount, rate=row.rate))
