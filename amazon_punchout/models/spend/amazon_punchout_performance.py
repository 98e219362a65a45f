from odoo import fields, models
from odoo.tools import SQL

from ...tools.sentences import ENGLISH, ENGLISH_ONLY, MARK, ReasonLabel, read_text


class AmazonPunchoutPerformance(models.Model):
    """How well Amazon keeps what a cart promised: each item of each order that was approved.

    Prices are compared for the same quantity, without tax, at the exchange rate of the order: the confirmed price with
    that of the cart for what Amazon accepts, the billed price with the confirmed one for what it bills, fees included.
    An item is on time if all of it had arrived by the day that Amazon named, the last one if there are several; items
    without such a day, and those that may still come in time, do not count. Test orders do not count either.
    """
    _name = 'amazon.punchout.performance'
    _description = "Amazon Performance"
    _inherit = ['amazon.punchout.dimensions']
    _auto = False
    _rec_name = 'order_id'
    _order = 'date desc, id desc'
    _depends = {
        'account.move': ['state', 'move_type'],
        'account.move.line': [
            'move_id', 'display_type', 'balance', 'price_subtotal', 'currency_id', 'quantity', 'purchase_line_id',
            'amazon_purchase_line_id'],
        'purchase.order': [
            'state', 'amazon_group_id', 'amazon_deployment_mode', 'amazon_requester_id', 'amazon_asked_at',
            'picking_type_id', 'company_id', 'currency_id', 'currency_rate', 'date_approve'],
        'purchase.order.line': [
            'order_id', 'product_qty', 'qty_received', 'amazon_expected_at', 'amazon_line_type', 'amazon_unspsc',
            'amazon_seller', 'amazon_cart_quantity', 'amazon_cart_price', 'amazon_confirmed_quantity',
            'amazon_confirmed_price', 'amazon_rejected_quantity', 'amazon_reason'],
        'stock.move': ['purchase_line_id', 'state', 'date', 'location_dest_id', 'origin_returned_move_id'],
        'stock.picking.type': ['warehouse_id'],
    }

    date = fields.Date("Approved On")
    line_id = fields.Many2one('purchase.order.line', "Item", readonly=True)
    reason = ReasonLabel("Rejection Reason", readonly=True, help="Amazon's reason for what it rejected.")
    item_count = fields.Integer("Number of Items", readonly=True)
    in_cart = fields.Monetary(readonly=True)
    confirmed = fields.Monetary(readonly=True, help="Of the quantity that Amazon accepted.")
    confirmed_change = fields.Monetary(
        "Change by Confirmation", readonly=True,
        help="What the accepted quantity costs more than in the cart, or less.")
    billed = fields.Monetary(readonly=True, help="On posted bills. Credits are not taken off.")
    billed_change = fields.Monetary(
        "Change by Bill", readonly=True,
        help="What the billed quantity costs more than Amazon confirmed, or less. Without a confirmation, the price of "
             "the cart counts.")
    days_to_approve = fields.Float(
        "Days to Approve", readonly=True, aggregator='avg', digits=(16, 1),
        help="From the request for approval to the approval.")
    days_to_arrive = fields.Float(
        "Days to Arrive", readonly=True, aggregator='avg', digits=(16, 1),
        help="From the approval to the last receipt.")
    on_time = fields.Float(
        readonly=True, aggregator='avg',
        help="The part of the items of which all arrived by the last day that Amazon named. Items without such a day, "
             "and those that may still come in time, do not count.")
    late_count = fields.Integer("Late Items", readonly=True)
    has_arrived = fields.Boolean("Arrived", readonly=True)
    rejected_count = fields.Integer("Rejected Items", readonly=True, help="Items that Amazon rejected, also in part.")
    rejected = fields.Monetary("Rejected Amount", readonly=True, help="What the rejected quantity cost in the cart.")

    @property
    def _table_query(self):
        """Override of `base` to compute the rows from the orders, receipts and bills."""
        return SQL(
            """
            SELECT line.id, line.id AS line_id, %(date)s AS date, po.company_id, company.currency_id,
                   po.amazon_group_id AS group_id, kind.warehouse_id, po.amazon_requester_id AS requester_id,
                   %(department)s AS department, %(segment)s AS segment, NULLIF(line.amazon_seller, '') AS seller,
                   po.id AS order_id, 1 AS item_count,
                   CASE WHEN line.amazon_rejected_quantity > 0 THEN NULLIF(line.amazon_reason, '') END AS reason,
                   price.in_cart * price.quantity AS in_cart, price.confirmed * price.accepted AS confirmed,
                   ROUND((price.confirmed - price.in_cart) * price.accepted, currency.decimal_places)
                       AS confirmed_change,
                   bill.amount AS billed,
                   ROUND(bill.amount - COALESCE(price.confirmed, price.in_cart) * bill.quantity,
                         currency.decimal_places) AS billed_change,
                   EXTRACT(EPOCH FROM po.date_approve - po.amazon_asked_at) / 86400 AS days_to_approve,
                   EXTRACT(EPOCH FROM arrived.moment - po.date_approve) / 86400 AS days_to_arrive,
                   arrived.moment IS NOT NULL AS has_arrived, time.on_time::numeric AS on_time,
                   COALESCE(1 - time.on_time, 0) AS late_count,
                   (line.amazon_rejected_quantity > 0)::integer AS rejected_count,
                   price.in_cart * line.amazon_rejected_quantity AS rejected
              FROM purchase_order_line line
              JOIN purchase_order po ON po.id = line.order_id
              JOIN res_company company ON company.id = po.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              LEFT JOIN stock_picking_type kind ON kind.id = po.picking_type_id
              CROSS JOIN LATERAL (
                    SELECT line.amazon_cart_price::numeric / rate AS in_cart,
                           CASE WHEN line.amazon_confirmed_quantity > 0
                                THEN line.amazon_confirmed_price::numeric / rate END AS confirmed, rate,
                           line.amazon_cart_quantity::numeric AS quantity,
                           line.amazon_confirmed_quantity::numeric AS accepted
                      FROM (SELECT COALESCE(NULLIF(po.currency_rate, 0), 1)::numeric AS rate) rates) price
              LEFT JOIN LATERAL (
                    SELECT SUM(CASE WHEN billed.currency_id = po.currency_id THEN billed.price_subtotal / price.rate
                                    ELSE billed.balance END) AS amount,
                           SUM(billed.quantity) FILTER (WHERE billed.purchase_line_id = line.id)::numeric AS quantity
                      FROM account_move_line billed
                      JOIN account_move move ON move.id = billed.move_id
                     WHERE billed.amazon_purchase_line_id = line.id AND billed.display_type = 'product'
                       AND move.move_type = 'in_invoice' AND move.state = 'posted') bill ON TRUE
              LEFT JOIN LATERAL (
                    SELECT MAX(move.date) AS moment
                      FROM stock_move move
                      JOIN stock_location place ON place.id = move.location_dest_id
                     WHERE move.purchase_line_id = line.id AND move.state = 'done' AND place.usage != 'supplier'
                       AND move.origin_returned_move_id IS NULL) arrived ON TRUE
              CROSS JOIN LATERAL (
                    SELECT CASE WHEN line.amazon_expected_at IS NULL OR line.product_qty = 0 THEN NULL
                                WHEN line.qty_received >= line.product_qty
                                     THEN (%(arrived_on)s <= %(expected_on)s)::integer
                                WHEN %(expected_on)s < %(today)s THEN 0 END AS on_time) time
              %(join_departments)s
             WHERE po.amazon_group_id IS NOT NULL AND line.amazon_line_type = 'item' AND po.date_approve IS NOT NULL
               AND po.amazon_deployment_mode IS DISTINCT FROM 'test'
            """,
            date=self._day(SQL("po.date_approve")), arrived_on=self._day(SQL("arrived.moment")),
            expected_on=self._day(SQL("line.amazon_expected_at")), today=fields.Date.context_today(self),
            segment=self._segment(SQL("line.amazon_unspsc")),
            **self._departments(SQL("po.amazon_requester_id")))

    # === GROUPS === #

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Override of `base` to group reasons by their text in English, in whatever version and language they came."""
        return super(AmazonPunchoutPerformance, self.with_context(**{ENGLISH_ONLY: True}))._read_group_groupby(
            alias, groupby_spec, query)

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        """Override of `web` to name groups of reasons in the language of the reader."""
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec != 'reason' or (self.env.lang or ENGLISH) == ENGLISH:
            return formatter
        stored = dict(self.env.execute_query(SQL(
            """
            SELECT split_part(amazon_reason, %(mark)s, 1), MAX(amazon_reason) FROM purchase_order_line
             WHERE amazon_rejected_quantity > 0 AND split_part(amazon_reason, %(mark)s, 1) = ANY(%(texts)s)
             GROUP BY 1
            """, mark=MARK, texts=[value for value in values if value])))

        def named(value):
            english, domain = formatter(value)
            return str(read_text(stored.get(english, english), self.env)) if english else english, domain

        return named

    # === ACTIONS === #

    def action_open(self):
        """Open the order.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        return self.order_id.get_formview_action()
