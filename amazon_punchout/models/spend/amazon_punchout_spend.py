from odoo import api, fields, models
from odoo.tools import SQL

# The id of a row is that of its record, multiplied by this, plus the place of its kind.
KINDS = 4


class AmazonPunchoutSpend(models.Model):
    """What was spent at Amazon, and what was ordered, charged and bought outside Odoo.

    It is a view of the bills, orders and charges themselves. Each row has one of the four amounts, all in the
    currency of its company and rounded as the books are, line by line, so none is ever added to another one:

    - spent: posted bills less posted credits, by the date of the bill, without recoverable tax;
    - ordered: the items, shipping and estimated tax of confirmed orders, without tax that is computed, by the day of
      the approval;
    - charged and outside: settled charges less refunds as Amazon states them, with tax, by their date. What is
      outside has no order of Odoo.

    Test orders count nowhere.
    """
    _name = 'amazon.punchout.spend'
    _description = "Amazon Spend"
    _inherit = ['amazon.punchout.dimensions']
    _auto = False
    _rec_name = 'order_id'
    _order = 'date desc, id desc'
    _depends = {
        'account.move': ['amazon_group_id', 'state', 'move_type', 'date', 'company_id'],
        'account.move.line': [
            'move_id', 'display_type', 'balance', 'amazon_purchase_line_id', 'purchase_line_id', 'amazon_order_id',
            'tax_ids', 'tax_line_id', 'group_tax_id', 'tax_repartition_line_id'],
        'account.tax.repartition.line': ['account_id'],
        'account.account': ['account_type'],
        'purchase.order': [
            'state', 'amazon_group_id', 'amazon_state', 'amazon_deployment_mode', 'amazon_requester_id',
            'picking_type_id', 'company_id', 'currency_rate', 'date_approve'],
        'purchase.order.line': [
            'order_id', 'price_subtotal', 'amazon_line_type', 'amazon_unspsc', 'amazon_seller'],
        'stock.picking.type': ['warehouse_id'],
        'amazon.punchout.transaction': [
            'kind', 'state', 'is_settled', 'amount', 'date', 'currency_id', 'company_id', 'group_id', 'seller',
            'outside_buyer_id'],
        'amazon.punchout.transaction.share': ['line_id', 'move_id'],
        'amazon.punchout.transaction.line': [
            'transaction_id', 'order_id', 'purchase_line_id', 'total', 'sequence', 'seller', 'unspsc'],
        'res.currency.rate': ['name', 'rate', 'currency_id', 'company_id'],
    }

    date = fields.Date(help="Of the bill, of the approval or of the charge.")
    move_id = fields.Many2one('account.move', "Bill", readonly=True)
    transaction_id = fields.Many2one('amazon.punchout.transaction', "Charge", readonly=True)

    spent = fields.Monetary(
        readonly=True, help="Posted bills less credits, without recoverable tax.")
    ordered = fields.Monetary(
        readonly=True,
        help="Confirmed orders, without tax that Odoo computes. Orders that Amazon declined do not count.")
    charged = fields.Monetary(
        readonly=True, help="What Amazon charged for orders of Odoo, less refunds, with tax.")
    outside = fields.Monetary(
        "Bought Outside", readonly=True,
        help="What Amazon charged without an order of Odoo, less refunds, with tax.")

    # === THE ROWS === #

    @property
    def _table_query(self):
        """Override of `base` to put the rows of all kinds together."""
        return SQL(
            """
            SELECT entry.id, entry.date, entry.company_id, company.currency_id,
                   COALESCE(entry.group_id, po.amazon_group_id) AS group_id, kind.warehouse_id,
                   COALESCE(po.amazon_requester_id, entry.buyer_id) AS requester_id, %(department)s AS department,
                   %(segment)s AS segment,
                   NULLIF(entry.seller, '') AS seller, entry.order_id, entry.move_id, entry.transaction_id,
                   entry.spent, entry.ordered, entry.charged, entry.outside
              FROM (%(rows)s) entry
              JOIN res_company company ON company.id = entry.company_id
              LEFT JOIN purchase_order po ON po.id = entry.order_id
              LEFT JOIN stock_picking_type kind ON kind.id = po.picking_type_id
              %(join_departments)s
             WHERE po.amazon_deployment_mode IS DISTINCT FROM 'test'
            """,
            rows=SQL(" UNION ALL ").join(self._selects()), segment=self._segment(SQL("entry.unspsc")),
            **self._departments(SQL("COALESCE(po.amazon_requester_id, entry.buyer_id)")))

    @api.model
    def _selects(self):
        """List the queries of all kinds of rows.

        :rtype: list[SQL]
        """
        return [self._select_spent(), self._select_ordered(), self._select_charged()]

    def _row_id(self, record, kind):
        """Write the id of a row."""
        return SQL("%s::bigint * %s + %s", record, KINDS, kind)

    def _select_spent(self):
        """Select the lines of posted bills and credits, each with its part of the tax that is a cost.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT %(id)s AS id, move.date, move.company_id, move.amazon_group_id AS group_id,
                   COALESCE(pol.order_id, line.amazon_order_id) AS order_id, bought.buyer_id,
                   COALESCE(pol.amazon_unspsc, bought.unspsc) AS unspsc,
                   COALESCE(pol.amazon_seller, bought.seller) AS seller, move.id AS move_id,
                   NULL::integer AS transaction_id, line.balance + COALESCE(tax.cost, 0) AS spent,
                   0.0 AS ordered, 0.0 AS charged, 0.0 AS outside
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN purchase_order_line pol
                ON pol.id = COALESCE(line.amazon_purchase_line_id, line.purchase_line_id)
              LEFT JOIN (%(taxes)s) tax ON tax.line_id = line.id
              LEFT JOIN LATERAL (%(bought)s) bought ON TRUE
             WHERE move.amazon_group_id IS NOT NULL AND move.state = 'posted'
               AND move.move_type IN ('in_invoice', 'in_refund') AND line.display_type IN ('product', 'rounding')
            """,
            id=self._row_id(SQL("line.id"), 0), taxes=self._select_cost_taxes(), bought=self._select_bought())

    def _select_cost_taxes(self):
        """Select the tax that can't be recovered, divided among the lines that it was computed from.

        Such a tax is booked as an expense, or on the account of the line. Each line gets the rounded running total less
        the one before it, so that all parts add up to the tax.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT line_id,
                   SUM(CASE WHEN whole = 0 THEN CASE WHEN is_first THEN tax ELSE 0 END
                            ELSE ROUND(tax * running / NULLIF(whole, 0), decimals)
                                 - ROUND(tax * (running - base) / NULLIF(whole, 0), decimals) END) AS cost
              FROM (SELECT base.id AS line_id, base.balance AS base, tax.balance AS tax,
                           currency.decimal_places AS decimals,
                           ROW_NUMBER() OVER (PARTITION BY tax.id ORDER BY base.id) = 1 AS is_first,
                           SUM(base.balance) OVER (PARTITION BY tax.id ORDER BY base.id) AS running,
                           SUM(base.balance) OVER (PARTITION BY tax.id) AS whole
                      FROM account_move_line tax
                      JOIN account_move move ON move.id = tax.move_id
                      JOIN account_tax_repartition_line part ON part.id = tax.tax_repartition_line_id
                      LEFT JOIN account_account account ON account.id = part.account_id
                      JOIN account_move_line base ON base.move_id = tax.move_id AND base.display_type = 'product'
                      JOIN account_move_line_account_tax_rel rel ON rel.account_move_line_id = base.id
                       AND rel.account_tax_id = COALESCE(tax.group_tax_id, tax.tax_line_id)
                      JOIN res_company company ON company.id = move.company_id
                      JOIN res_currency currency ON currency.id = company.currency_id
                     WHERE move.amazon_group_id IS NOT NULL AND move.state = 'posted'
                       AND move.move_type IN ('in_invoice', 'in_refund')
                       AND (part.account_id IS NULL OR account.account_type LIKE 'expense%%')) shares
             GROUP BY line_id
            """)

    def _select_bought(self):
        """Select who bought outside Odoo what a line of a bill without an order bills, of what kind and from whom.

        The line has the title of the item, as long as nobody has changed it.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT MIN(charge.outside_buyer_id) AS buyer_id,
                   MIN(bought.unspsc) FILTER (WHERE bought.title = line.name) AS unspsc,
                   COALESCE(MIN(bought.seller) FILTER (WHERE bought.title = line.name), MIN(charge.seller)) AS seller
              FROM amazon_punchout_transaction_share share
              JOIN amazon_punchout_transaction_line bought ON bought.id = share.line_id
              JOIN amazon_punchout_transaction charge ON charge.id = bought.transaction_id
             WHERE share.move_id = line.move_id AND pol.id IS NULL AND line.amazon_order_id IS NULL
            """)

    def _select_ordered(self):
        """Select the lines of confirmed orders.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT %(id)s AS id, %(date)s AS date, po.company_id, po.amazon_group_id AS group_id, po.id AS order_id,
                   NULL::integer AS buyer_id, line.amazon_unspsc AS unspsc, line.amazon_seller AS seller,
                   NULL::integer AS move_id, NULL::integer AS transaction_id, 0.0 AS spent,
                   ROUND(line.price_subtotal / COALESCE(NULLIF(po.currency_rate, 0), 1)::numeric,
                         currency.decimal_places) AS ordered,
                   0.0 AS charged, 0.0 AS outside
              FROM purchase_order_line line
              JOIN purchase_order po ON po.id = line.order_id
              JOIN res_company company ON company.id = po.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE po.amazon_group_id IS NOT NULL AND po.state = 'purchase' AND line.display_type IS NULL
               AND po.amazon_state NOT IN ('cart', 'refused', 'cancelled')
            """, id=self._row_id(SQL("line.id"), 1), date=self._day(SQL("po.date_approve")))

    def _select_charged(self):
        """Select the lines of settled charges and refunds.

        Where the lines of a charge don't add up to it, the largest has the difference, as in the books.

        :rtype: SQL
        """
        amount = SQL(
            "ROUND((line.total + CASE WHEN line.id = whole.largest THEN charge.amount - whole.total ELSE 0 END)"
            " * CASE charge.kind WHEN 'refund' THEN -1 ELSE 1 END * COALESCE(%s / NULLIF(%s, 0), 1),"
            " currency.decimal_places)",
            self._rate(SQL("company.currency_id")), self._rate(SQL("charge.currency_id")))
        return SQL(
            """
            SELECT %(id)s AS id, %(day)s AS date, charge.company_id, charge.group_id, line.order_id,
                   charge.outside_buyer_id AS buyer_id, COALESCE(pol.amazon_unspsc, line.unspsc) AS unspsc,
                   COALESCE(pol.amazon_seller, line.seller, charge.seller) AS seller, NULL::integer AS move_id,
                   charge.id AS transaction_id, 0.0 AS spent, 0.0 AS ordered,
                   CASE WHEN line.order_id IS NOT NULL THEN %(amount)s ELSE 0.0 END AS charged,
                   CASE WHEN line.order_id IS NULL THEN %(amount)s ELSE 0.0 END AS outside
              FROM amazon_punchout_transaction_line line
              JOIN amazon_punchout_transaction charge ON charge.id = line.transaction_id
              JOIN res_company company ON company.id = charge.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              JOIN LATERAL (SELECT SUM(each.total) AS total,
                                   (ARRAY_AGG(each.id ORDER BY each.total DESC, each.sequence, each.id))[1] AS largest
                              FROM amazon_punchout_transaction_line each
                             WHERE each.transaction_id = charge.id) whole ON TRUE
              LEFT JOIN purchase_order_line pol ON pol.id = line.purchase_line_id
             WHERE charge.is_settled AND charge.state != 'dismissed'
            """, id=self._row_id(SQL("line.id"), 2), amount=amount, day=self._charged_on())

    def _charged_on(self):
        """Write the day of a charge: where Amazon states none, the one on which it became known."""
        return SQL("COALESCE(charge.date, charge.create_date::date)")

    def _rate(self, currency):
        """Write the rate of a currency on the day of a charge, as core finds it.

        :param SQL currency: the id of the currency
        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN company.currency_id = charge.currency_id THEN 1 ELSE COALESCE(
                (SELECT rate.rate FROM res_currency_rate rate
                  WHERE rate.currency_id = %(currency)s AND rate.name <= %(day)s
                    AND (rate.company_id IS NULL OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::integer)
                  ORDER BY rate.company_id, rate.name DESC LIMIT 1),
                (SELECT rate.rate FROM res_currency_rate rate
                  WHERE rate.currency_id = %(currency)s
                    AND (rate.company_id IS NULL OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::integer)
                  ORDER BY rate.company_id, rate.name LIMIT 1), 1) END
            """, currency=currency, day=self._charged_on())

    # === ACTIONS === #

    def action_open(self):
        """Open the bill, the charge or the order that a row is about.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        return (self.move_id or self.transaction_id or self.order_id).get_formview_action()
