from odoo import api, models
from odoo.fields import Command

DAYS_TO_PAY = 30


class AmazonPunchoutGroupSetup(models.Model):
    """What the setup creates for a group if it is missing: vendor, products, payment term, currency."""
    _inherit = 'amazon.punchout.group'

    def action_continue_setup(self):
        """Continue the setup of this group where it was left.

        :return: an action that opens the setup
        :rtype: dict
        """
        self.ensure_one()
        return self.env['amazon.punchout.setup']._open(self)

    @api.model
    def _find_vendor(self, company, marketplace):
        """Find the vendor of the company's newest group of this marketplace, else of one with the same currency.

        :param company: a `res.company`
        :param str marketplace: as in the field
        :return: at most one `res.partner`
        """
        groups = self.search([('company_id', '=', company.id), ('partner_id.active', '=', True)], order='id desc')
        currency = self._marketplace_currency(marketplace)
        return (groups.filtered(lambda group: group.marketplace == marketplace) or groups.filtered(
            lambda group: self._marketplace_currency(group.marketplace) == currency))[:1].partner_id

    @api.model
    def _make_vendor(self):
        """Create a vendor for the orders of a group, with the rights of the current user."""
        return self.env['res.partner'].create({
            'name': self.env._("Amazon Business"), 'is_company': True, 'supplier_rank': 1})

    @api.model
    def _make_products(self):
        """Find the addon's own products; unarchive those that were archived and create those that were deleted.

        :return: the products by field of the group
        :rtype: dict
        """
        return {
            'product_id': self._make_product('product_item', 'consu', 'AMAZON', self.env._("Amazon Item")),
            'shipping_product_id': self._make_product(
                'product_shipping', 'service', 'AMAZON-SHIPPING', self.env._("Amazon Shipping")),
            'tax_product_id': self._make_product(
                'product_tax', 'service', 'AMAZON-TAX', self.env._("Amazon Estimated Tax")),
        }

    @api.model
    def _make_product(self, key, product_type, code, name):
        """Find one of the addon's own products, or create it.

        :param str key: its external id, without the module
        :param str product_type: `consu` or `service`
        :param str code: its internal reference
        :param str name: its name
        """
        # The addon's own products: an administrator of the addon may not be allowed to write products.
        product_sudo = self.env.ref(f'amazon_punchout.{key}', raise_if_not_found=False)
        product_sudo = (product_sudo or self.env['product.product']).sudo()
        if not product_sudo:
            product_sudo = product_sudo.create({
                'name': name, 'default_code': code, 'type': product_type, 'sale_ok': False, 'company_id': False,
                'taxes_id': [Command.clear()], 'supplier_taxes_id': [Command.clear()],
            })
            self.env['ir.model.data'].sudo()._update_xmlids(
                [{'xml_id': f'amazon_punchout.{key}', 'record': product_sudo, 'noupdate': True}])
        elif not product_sudo.active:
            product_sudo.product_tmpl_id.active = product_sudo.active = True
        return product_sudo.sudo(False)

    @api.model
    def _find_payment_term(self):
        """Find the usual payment term of Pay by Invoice, or create it."""
        term = self.env.ref('account.account_payment_term_30days', raise_if_not_found=False)
        if term and term.active:
            return term
        Term = self.env['account.payment.term']
        # pylint: disable-next=no-search-all  # there are few terms, and no domain says what their lines are
        lines = Term.search([]).filtered(
            lambda each: len(each.line_ids) == 1 and each.line_ids.delay_type == 'days_after'
            and each.line_ids.nb_days == DAYS_TO_PAY and not each.early_discount)
        # The administrator gets no other rights over payment terms: all values are given here.
        return lines[:1] or Term.sudo().create({
            'name': self.env._("%s Days", DAYS_TO_PAY),
            'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': DAYS_TO_PAY})],
        }).sudo(False)

    @api.model
    def _marketplace_currency(self, marketplace):
        """Find the currency of a marketplace, active or not; its code is that of the country.

        :param str marketplace: as in the field
        :return: at most one `res.currency`
        """
        country = self.env['res.country'].search([('code', '=', (marketplace or '').upper())], limit=1)
        return country.currency_id

    # === GOING LIVE === #

    def action_go_live(self):
        """Open the confirmation dialog before orders become real.

        :return: an action
        :rtype: dict
        :raises UserError: naming each required item that is not done
        """
        self.ensure_one()
        self.check_access('write')
        self._check_required()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Go Live"),
            'res_model': 'amazon.punchout.go.live',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_group_id': self.id},
        }
