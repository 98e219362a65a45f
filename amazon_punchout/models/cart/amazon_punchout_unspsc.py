import re
from dataclasses import dataclass

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...const import EXPENSE_ACCOUNT_TYPES


@dataclass(frozen=True)
class Category:
    """What is mapped to an UNSPSC code; False where nothing is."""
    product_id: int | bool = False
    account_id: int | bool = False
    analytic_distribution: dict | bool = False


class AmazonPunchoutUnspsc(models.Model):
    """Maps UNSPSC, by which Amazon classifies its items, to our products and accounts.

    Each of the three values comes from the longest prefix that has one, so 44 may give the account and 4412 the
    product. At equal length a group's own mapping takes precedence over its company's, and that over the parent
    company's.
    """
    _name = 'amazon.punchout.unspsc'
    _description = "Amazon Category"
    _inherit = ['amazon.punchout.remembered', 'analytic.mixin']
    _order = 'prefix, group_id, id'
    _rec_name = 'prefix'
    _check_company_auto = True

    prefix = fields.Char(
        "UNSPSC Prefix", required=True,
        help="The first digits of the code. Two digits are a segment (44: office equipment), four a family, six a "
             "class and eight a commodity. A code that ends in 00 includes everything below it.")
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", check_company=True, ondelete='cascade', index='btree_not_null',
        help="Applies to carts of this group only. Leave empty for all groups of the company.")
    product_id = fields.Many2one(
        'product.product', check_company=True, ondelete='restrict',
        domain="[('type', '=', 'consu'), ('is_storable', '=', False), ('purchase_ok', '=', True)]",
        help="Used for all items of the category, so its inventory can't be tracked. Leave empty to use the group's "
             "item product.")
    account_id = fields.Many2one(
        'account.account', "Expense Account", check_company=True, ondelete='restrict',
        domain=f"[('account_type', 'in', {EXPENSE_ACCOUNT_TYPES})]",
        help="Leave empty to use the account of the product.")

    _prefix_uniq = models.UniqueIndex(
        "(company_id, COALESCE(group_id, 0), prefix)", "These digits are already mapped.")
    _check_prefix = models.Constraint(
        "CHECK (prefix ~ '^[0-9]{1,8}$')", "An UNSPSC prefix has one to eight digits, for example 4412.")

    # === CONSTRAINTS === #

    @api.constrains('product_id')
    def _check_product(self):
        """Check that the product can stand for different items."""
        for mapping in self:
            if mapping.product_id and (problem := self._find_product_problem(mapping.product_id)):
                raise ValidationError(problem)

    @api.model
    def _find_product_problem(self, product):
        """Find out why a product can't stand for different items.

        :param product: the `product.product`
        :return: the reason, or None if it can
        :rtype: str | None
        """
        if not product.active:
            return self.env._("Product %s is archived: choose another one.", product.display_name)
        if product.type != 'consu' or product.is_storable:
            return self.env._(
                "Product %s can't stand for different Amazon items: choose goods whose inventory is not tracked.",
                product.display_name)
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to reduce the entered codes to their prefixes."""
        for vals in vals_list:
            vals['prefix'] = self._clean(vals.get('prefix'))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to reduce an entered code to its prefix."""
        if 'prefix' in vals:
            vals = {**vals, 'prefix': self._clean(vals['prefix'])}
        return super().write(vals)

    @api.model
    def _clean(self, prefix):
        """Reduce a code to the digits with which an item's code must begin.

        Codes are also written as 44-12-16-15 or 44.12.16.15, and a whole family as 44120000.

        :param str prefix: the code as it was entered
        :rtype: str
        """
        if not isinstance(prefix, str):
            return prefix
        prefix = re.sub(r'[\s.-]', '', prefix)
        if len(prefix) == 8:
            prefix = re.sub(r'(?<=..)(00)+$', '', prefix)
        return prefix

    # === BUSINESS METHODS === #

    @api.model
    def _find_category(self, group, code):
        """Find what is mapped to a code, without a query.

        :param group: the `amazon.punchout.group` of the cart
        :param str | None code: the UNSPSC code as Amazon writes it
        :rtype: Category
        """
        code = re.sub(r'\D', '', code or '')
        values = {}
        rows = self._rows_by_prefix(group.id)
        for length in range(len(code), 0, -1):
            for name, value in rows.get(code[:length], {}).items():
                values.setdefault(name, value)
        return Category(**values)

    @api.model
    @tools.ormcache('group_id')
    def _rows_by_prefix(self, group_id):
        """Read all mappings that apply to a group; every cart needs them, and they hardly ever change.

        :param int group_id: the id of the `amazon.punchout.group`
        :return: the values that are mapped to each prefix, without empty ones
        :rtype: dict[str, dict]
        """
        # In superuser mode: what is kept in memory must not depend on the user who asks first.
        group_sudo = self.env['amazon.punchout.group'].sudo().browse(group_id)
        companies_sudo = group_sudo.company_id.parent_ids  # a branch uses what its parent company has mapped
        mappings = self.sudo().search([
            ('company_id', 'in', companies_sudo.ids), ('group_id', 'in', (False, group_id))])
        rows = {}
        # Later values replace earlier ones: a branch's those of its parent company, and a group's own those of all.
        for mapping in mappings.sorted(
                lambda mapping: (bool(mapping.group_id), companies_sudo.ids.index(mapping.company_id.id))):
            values = {
                'product_id': mapping.product_id.id,
                'account_id': mapping.account_id.id,
                'analytic_distribution': mapping.analytic_distribution,
            }
            rows.setdefault(mapping.prefix, {}).update({name: value for name, value in values.items() if value})
        return rows
