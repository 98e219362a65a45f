from odoo import api, fields, models


class AmazonPunchoutRetention(models.Model):
    """For how long a company keeps the contents of its documents, by kind."""
    _name = 'amazon.punchout.retention'
    _description = "Amazon Content Retention"
    _order = 'company_id, id'
    _rec_name = 'kind'

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    kind = fields.Selection([
        ('trips', "Trips without an Order"),
        ('setups', "Start of Shopping"),
        ('carts', "Carts"),
        ('orders', "Orders"),
        ('confirmations', "Order Confirmations"),
        ('ship_notices', "Ship Notices"),
        ('invoices', "Invoices and Credits"),
        ('others', "Other Documents"),
    ], "Documents", required=True, readonly=True)
    days = fields.Integer(
        "Keep Contents for (Days)", required=True,
        help="0: forever. The days count from the last document of an order that is received and billed, or cancelled. "
             "What still needs someone is always kept.")

    _kind_uniq = models.UniqueIndex("(company_id, kind)", "This kind of document is already listed.")
    _check_days = models.Constraint("CHECK(days >= 0)", "The number of days can't be negative.")

    @api.model
    def _default_days(self):
        """Give the days of a company that has chosen none.

        :rtype: dict[str, int]
        """
        return {kind: 90 if kind == 'trips' else 0 for kind in self._fields['kind'].get_values(self.env)}

    @api.model
    def _days(self, company):
        """Give the days of each kind of document; 0 stands for ever.

        :param company: a `res.company`
        :rtype: dict[str, int]
        """
        rows_sudo = self.sudo().search([('company_id', '=', company.id)])  # scheduled actions, and trips of anybody
        return {**self._default_days(), **{row.kind: row.days for row in rows_sudo}}

    @api.model
    def _prepare_kinds(self):
        """Map the kinds to searches for their documents.

        :return: domains of `amazon.punchout.document`, by kind
        :rtype: dict[str, list]
        """
        trip_types = ('PunchOutSetupRequest', 'PunchOutOrderMessage')
        named = {
            'orders': 'OrderRequest', 'confirmations': 'ConfirmationRequest', 'ship_notices': 'ShipNoticeRequest',
            'invoices': 'InvoiceDetailRequest'}
        with_order = ('session_id.purchase_order_id', '!=', False)
        return {
            'trips': [('document_type', 'in', trip_types), ('session_id.purchase_order_id', '=', False),
                      ('purchase_order_id', '=', False),
                      '|', ('session_id', '=', False),
                      ('session_id.state', 'in', ('left', 'expired', 'failed', 'done'))],
            'setups': [('document_type', '=', 'PunchOutSetupRequest'), with_order],
            'carts': [('document_type', '=', 'PunchOutOrderMessage'), with_order],
            'others': [('document_type', 'not in', (*trip_types, *named.values()))],
            **{kind: [('document_type', '=', name)] for kind, name in named.items()},
        }

    def action_open(self):
        """Open the periods of the companies that the user has chosen.

        :rtype: dict
        """
        self.check_access('write')
        for company in self.env.companies:
            days = self._days(company)
            known = self.search([('company_id', '=', company.id)]).mapped('kind')
            self.sudo().create([  # the list is complete, so nobody adds to it
                {'company_id': company.id, 'kind': kind, 'days': days[kind]} for kind in days if kind not in known])
        return self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_retention_action')
