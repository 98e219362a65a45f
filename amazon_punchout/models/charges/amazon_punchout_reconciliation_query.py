from datetime import datetime, time, timedelta
from functools import partial

import pytz

from odoo import api, models
from odoo.tools import SQL

from ...transactions import INVOICE

# The states of an order that Amazon may have.
AT_AMAZON = ('sent', 'unclear', 'partial', 'confirmed')


class AmazonPunchoutReconciliationQuery(models.Model):
    """The SQL of the page Reconciliation.

    It has two forms of one text. A page of orders is computed order by order, over indexes, so that it costs as little
    as it shows. What must look at many orders, such as the filter Difference, is computed for all of them at once: each
    table is read once, and added up by order.
    """
    _inherit = 'amazon.punchout.reconciliation'

    _depends = {
        'purchase.order': [
            'amazon_group_id', 'amazon_state', 'amazon_order_ref', 'amazon_requester_id', 'amazon_approved_total',
            'amazon_deployment_mode', 'amazon_accepted_figures', 'amount_total', 'currency_id', 'company_id',
            'date_approve', 'state'],
        'purchase.order.line': [
            'order_id', 'product_id', 'product_qty', 'product_uom_id', 'price_unit', 'price_total', 'qty_received',
            'qty_received_method', 'amazon_line_type', 'amazon_confirmed_quantity', 'amazon_backordered_quantity',
            'amazon_cart_quantity', 'amazon_cart_shipping', 'amazon_cart_tax'],
        'stock.move': [
            'purchase_line_id', 'product_id', 'state', 'date', 'quantity', 'product_uom', 'location_dest_id',
            'origin_returned_move_id'],
        'amazon.punchout.document': [
            'purchase_order_id', 'document_type', 'direction', 'is_applied', 'confirmed_total'],
        'amazon.punchout.group': ['payment_method'],
        'amazon.punchout.transaction': [
            'kind', 'state', 'is_settled', 'amount', 'currency_id', 'date', 'instrument', 'company_id'],
        'amazon.punchout.transaction.line': ['transaction_id', 'order_id', 'total', 'sequence'],
        'amazon.punchout.transaction.share': ['line_id', 'move_id', 'amount'],
        'amazon.punchout.reported.item': ['is_return', 'is_cancelled', 'purchase_line_id', 'quantity', 'date'],
        'account.move': [
            'move_type', 'state', 'date', 'amount_total', 'currency_id'],
        'account.move.line': [
            'move_id', 'display_type', 'price_total', 'amazon_purchase_line_id', 'amazon_order_id'],
        'account.partial.reconcile': [
            'debit_move_id', 'credit_move_id', 'debit_amount_currency', 'credit_amount_currency', 'max_date'],
    }

    @api.model
    def _query(self, as_of=None, orders=None):
        """Write the query of all rows.

        :param date | None as_of: what happened after this day does not count
        :param SQL | None orders: the query of the ids of the orders that are computed at once; without it, each order
            is computed by itself
        :rtype: SQL
        """
        until = self._end_of_day(as_of)
        mine = partial(self._one_of, orders) if orders else self._this
        parts = {
            'goods': self._select_goods(until, as_of, mine), 'stated': self._select_stated(as_of, mine),
            'booked': self._select_booked(as_of, mine)}
        if orders:
            # Of a part that isn't computed first, PostgreSQL may take the price for so high that joining it row by row
            # seems as cheap as anything else: at 10,000 orders it compared a hundred million rows.
            computed = SQL(
                "WITH %s", SQL(", ").join(
                    SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), part) for name, part in parts.items()))
            parts = {name: SQL.identifier(name) for name in parts}
        else:
            computed = SQL()
            parts = {name: SQL("LATERAL (%s)", part) for name, part in parts.items()}
        return SQL(
            """
            %(computed)s
            SELECT o.id, %(as_of)s::date AS as_of, o.id AS order_id, o.amazon_order_ref, o.amazon_group_id AS group_id,
                   o.company_id, o.amazon_requester_id AS requester_id, o.date_approve AS date, o.currency_id,
                   found.*, compared.to_accrue, compared.to_receive, compared.refund_due,
                   compared.not_billed, compared.not_charged, compared.agreed, compared.codes,
                   accepted.figures, compared.codes != '' AND NOT accepted.is_same AS is_different,
                   compared.codes != '' AND accepted.is_same AS is_accepted
              FROM purchase_order o
              JOIN res_currency currency ON currency.id = o.currency_id
              JOIN amazon_punchout_group account ON account.id = o.amazon_group_id
              LEFT JOIN %(goods)s goods ON goods.order_id = o.id
              LEFT JOIN %(stated)s stated ON stated.order_id = o.id
              LEFT JOIN %(booked)s booked ON booked.order_id = o.id
              CROSS JOIN LATERAL (%(found)s) found
              CROSS JOIN LATERAL (%(compared)s) compared
              CROSS JOIN LATERAL (%(accepted)s) accepted
             WHERE %(is_at_amazon)s
               AND %(is_mine)s
               AND (%(approved)s OR stated.number > 0 OR booked.number > 0)
            """,
            computed=computed, as_of=as_of, **parts, found=self._select_found(until),
            compared=self._select_compared(), accepted=self._select_accepted(),
            is_at_amazon=self._is_at_amazon(), is_mine=mine(SQL("o.id")) if orders else SQL("TRUE"),
            approved=self._before(SQL("o.date_approve"), until))

    def _query_of_orders(self):
        """Write the query of all rows without what happened, to count them.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT o.id, NULL::date AS as_of, o.id AS order_id, o.amazon_order_ref, o.amazon_group_id AS group_id,
                   o.company_id, o.amazon_requester_id AS requester_id, o.date_approve AS date, o.currency_id
              FROM purchase_order o
             WHERE o.amazon_group_id IS NOT NULL AND %s
            """, self._is_at_amazon())

    def _is_at_amazon(self):
        """Write that Amazon may have an order, and that it is no test."""
        return SQL(
            """
            (o.amazon_state IN %s OR o.amazon_order_ref IS NOT NULL OR EXISTS (
                SELECT FROM amazon_punchout_transaction_line WHERE order_id = o.id))
            AND o.amazon_deployment_mode IS DISTINCT FROM 'test'
            """, AT_AMAZON)

    def _this(self, column):
        """Write that a column is the order of the row."""
        return SQL("%s = o.id", column)

    def _one_of(self, orders, column):
        """Write that a column is one of the orders that are computed at once.

        The query of the orders stands in each place, so that PostgreSQL knows how many they are.
        """
        return SQL("%s IN (%s)", column, orders)

    def _end_of_day(self, day):
        """Give the moment at which a day of the user ends, as the database has moments.

        :rtype: datetime | None
        """
        if not day:
            return None
        midnight = self.env.tz.localize(datetime.combine(day + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _before(self, moment, until):
        """Write that something has happened by the end of the day, or at all."""
        return SQL("%s < %s", moment, until) if until else SQL("TRUE")

    def _by(self, day, as_of):
        """Write that a day is not after another one, if there is one."""
        return SQL("%s <= %s", day, as_of) if as_of else SQL("TRUE")

    # === ORDER AND RECEIPTS === #

    def _select_goods(self, until, as_of, mine):
        """Select what is confirmed, received and returned of an order.

        Shipping and estimated tax belong to the items as the cart states them, else in proportion. What people enter as
        received has no date. Of what arrives in parts, such as a kit, core knows what is complete. A return counts if
        it left the stock, or if Amazon's report of returns has it; usually it is the same one.

        :param mine: writes that a column is an order to be computed
        :rtype: SQL
        """
        return SQL(
            """
            SELECT order_id, SUM(gross) AS gross,
                   SUM(gross * LEAST(confirmed / NULLIF(ordered, 0), 1)) AS confirmed,
                   SUM(arrived * CASE WHEN ordered != 0 THEN gross / ordered ELSE price END) AS received,
                   SUM(went_back * CASE WHEN ordered != 0 THEN (gross - shipping) / ordered ELSE price END) AS returned
              FROM (SELECT line.order_id, ordered, price, confirmed, charges.shipping,
                           line.total + charges.shipping + charges.tax AS gross,
                           CASE WHEN qty_received_method = 'stock_moves' AND moved.purchase_line_id IS NULL THEN 0
                                WHEN moved.is_whole THEN moved.arrived
                                ELSE COALESCE(qty_received, 0) END::numeric AS arrived,
                           GREATEST(moved.went_back, sent_back.quantity, 0)::numeric AS went_back
                      FROM (SELECT id, order_id, qty_received, qty_received_method,
                                   amazon_line_type = 'item' AS is_item,
                                   product_qty::numeric AS ordered, price_unit::numeric AS price,
                                   price_total::numeric AS total,
                                   (COALESCE(amazon_confirmed_quantity, 0)
                                       + COALESCE(amazon_backordered_quantity, 0))::numeric AS confirmed,
                                   amazon_cart_shipping::numeric * product_qty::numeric
                                       / NULLIF(amazon_cart_quantity, 0)::numeric AS own_shipping,
                                   amazon_cart_tax::numeric * product_qty::numeric
                                       / NULLIF(amazon_cart_quantity, 0)::numeric AS own_tax,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'item') OVER whole AS all_items,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'shipping') OVER whole
                                       AS all_shipping,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'tax') OVER whole AS all_tax,
                                   SUM(amazon_cart_shipping * product_qty / NULLIF(amazon_cart_quantity, 0))
                                       FILTER (WHERE amazon_line_type = 'item') OVER whole AS cart_shipping,
                                   SUM(amazon_cart_tax * product_qty / NULLIF(amazon_cart_quantity, 0))
                                       FILTER (WHERE amazon_line_type = 'item') OVER whole AS cart_tax
                              FROM purchase_order_line
                             WHERE %(mine)s AND amazon_line_type IS NOT NULL
                            WINDOW whole AS (PARTITION BY order_id)) line
                     CROSS JOIN LATERAL (
                           SELECT COALESCE(all_shipping * CASE
                                      WHEN cart_shipping > 0 THEN own_shipping / cart_shipping::numeric
                                      ELSE total / NULLIF(all_items, 0) END, 0) AS shipping,
                                  COALESCE(all_tax * CASE
                                      WHEN cart_tax > 0 THEN own_tax / cart_tax::numeric
                                      ELSE total / NULLIF(all_items, 0) END, 0) AS tax) charges
                      LEFT JOIN (%(moved)s) moved ON moved.purchase_line_id = line.id
                      LEFT JOIN (%(sent_back)s) sent_back ON sent_back.purchase_line_id = line.id
                     WHERE line.is_item) item
             GROUP BY order_id
            """, mine=mine(SQL("order_id")), moved=self._select_moved(until, mine),
            sent_back=self._select_sent_back(as_of, mine))

    def _select_moved(self, until, mine):
        """Select the quantity of each order line that has arrived, and the one that left the stock again.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT move.purchase_line_id, BOOL_OR(move.product_id = line.product_id) AS is_whole,
                   SUM(CASE WHEN move.product_id = line.product_id AND dest.usage != 'supplier'
                                 AND move.origin_returned_move_id IS NULL
                            THEN move.quantity * unit.factor / line_unit.factor ELSE 0 END) AS arrived,
                   SUM(move.quantity * unit.factor / line_unit.factor * CASE
                       WHEN move.product_id != line.product_id THEN 0
                       WHEN dest.usage = 'supplier' THEN 1
                       WHEN origin_dest.usage = 'supplier' THEN -1
                       ELSE 0 END) AS went_back
              FROM purchase_order_line line
              JOIN stock_move move ON move.purchase_line_id = line.id AND move.state = 'done' AND %(moved)s
              JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
              LEFT JOIN uom_uom unit ON unit.id = move.product_uom
              LEFT JOIN stock_location dest ON dest.id = move.location_dest_id
              LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
              LEFT JOIN stock_location origin_dest ON origin_dest.id = origin.location_dest_id
             WHERE %(mine)s
             GROUP BY move.purchase_line_id
            """, moved=self._before(SQL("move.date"), until), mine=mine(SQL("line.order_id")))

    def _select_sent_back(self, as_of, mine):
        """Select the quantity of each order line that was returned by Amazon's report of returns.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT item.purchase_line_id, SUM(COALESCE(NULLIF(item.quantity, 0), 1)) AS quantity
              FROM purchase_order_line line
              JOIN amazon_punchout_reported_item item ON item.purchase_line_id = line.id
             WHERE item.is_return AND item.is_cancelled IS NOT TRUE AND %(reported)s AND %(mine)s
             GROUP BY item.purchase_line_id
            """, mine=mine(SQL("line.order_id")),
            reported=SQL("COALESCE(item.date <= %s, TRUE)", as_of) if as_of else SQL("TRUE"))

    # === CHARGES === #

    def _select_stated(self, as_of, mine):
        """Select what Amazon charged and refunded of an order.

        Where the lines of a charge don't add up to it, the largest has the difference, as in the books.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT order_id, COUNT(*) AS number,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'charge' AND NOT by_invoice) AS charged,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'charge' AND by_invoice) AS invoiced,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'refund' AND NOT by_invoice) AS refunded,
                   BOOL_OR(kind = 'charge' AND by_invoice) AS by_invoice,
                   BOOL_OR(kind = 'charge' AND NOT by_invoice) AS by_card,
                   JSONB_AGG(JSONB_BUILD_ARRAY(CASE kind WHEN 'charge' THEN 'charged' ELSE 'refunded' END,
                       currency_id, amount)) FILTER (WHERE NOT is_own AND NOT by_invoice) AS others
              FROM (SELECT own.id AS order_id, charge.kind, charge.instrument = %(invoice)s AS by_invoice,
                           charge.currency_id, charge.currency_id = own.currency_id AS is_own,
                           CASE WHEN known.is_alone THEN charge.amount ELSE (
                               SELECT SUM(each.total) FILTER (WHERE each.order_id = known.order_id)
                                      + CASE WHEN (ARRAY_AGG(each.order_id ORDER BY each.total DESC, each.sequence,
                                                             each.id))[1] = known.order_id
                                        THEN charge.amount - SUM(each.total) ELSE 0 END
                                 FROM amazon_punchout_transaction_line each
                                WHERE each.transaction_id = charge.id) END AS amount
                      FROM (SELECT part.order_id, part.transaction_id,
                                   BOOL_AND(each.order_id IS NOT DISTINCT FROM part.order_id) AS is_alone
                              FROM (SELECT DISTINCT order_id, transaction_id FROM amazon_punchout_transaction_line
                                     WHERE %(mine)s) part
                              JOIN amazon_punchout_transaction_line each ON each.transaction_id = part.transaction_id
                             GROUP BY part.order_id, part.transaction_id) known
                      JOIN purchase_order own ON own.id = known.order_id
                      JOIN amazon_punchout_transaction charge ON charge.id = known.transaction_id
                     WHERE charge.is_settled AND charge.state != 'dismissed' AND charge.company_id = own.company_id
                       AND %(by)s) charges
             GROUP BY order_id
            """, invoice=INVOICE, mine=mine(SQL("order_id")),
            by=self._by(SQL("COALESCE(charge.date, charge.create_date::date)"), as_of))

    # === BILLS AND PAYMENTS === #

    def _select_booked(self, as_of, mine):
        """Select what is billed, credited and paid of an order, as its form adds it up.

        :rtype: SQL
        """
        return SQL(
            """
            WITH known AS (%(moves)s)
            SELECT order_id, COUNT(*) AS number,
                   SUM(amount) FILTER (WHERE is_own AND is_bill) AS billed,
                   SUM(amount) FILTER (WHERE is_own AND is_bill AND is_draft) AS drafted,
                   SUM(amount) FILTER (WHERE is_own AND NOT is_bill) AS credited,
                   SUM(amount) FILTER (WHERE is_own AND NOT is_bill AND is_draft) AS credit_drafted,
                   SUM(CASE WHEN is_bill THEN paid ELSE -paid END) FILTER (WHERE is_own) AS paid,
                   SUM(paid) FILTER (WHERE is_own AND is_bill) AS paid_on_bills,
                   JSONB_AGG(JSONB_BUILD_ARRAY(CASE WHEN is_bill THEN 'billed' ELSE 'credited' END,
                       currency_id, amount)) FILTER (WHERE NOT is_own) AS others
              FROM (SELECT own.id AS order_id, move.move_type = 'in_invoice' AS is_bill,
                           move.state = 'draft' AS is_draft, move.currency_id,
                           move.currency_id = own.currency_id AS is_own, part.amount,
                           part.amount / NULLIF(move.amount_total, 0) * COALESCE(payments.amount, 0) AS paid
                      FROM known
                      JOIN purchase_order own ON own.id = known.order_id
                      JOIN account_move move ON move.id = known.move_id
                      LEFT JOIN (%(named)s) named USING (order_id, move_id)
                      LEFT JOIN (%(payments)s) payments USING (order_id, move_id)
                     CROSS JOIN LATERAL (%(part)s) part
                     WHERE move.state != 'cancel' AND move.move_type IN ('in_invoice', 'in_refund') AND %(by)s) moves
             GROUP BY order_id
            """,
            moves=self._select_moves(mine), named=self._select_named(), part=self._select_part(),
            payments=self._select_payments(as_of), by=self._by(SQL("move.date"), as_of))

    def _select_moves(self, mine):
        """Select the bills and credits of an order, and those that have a part of its charges."""
        return SQL(
            """
            SELECT line.order_id, bill_line.move_id
              FROM purchase_order_line line
              JOIN account_move_line bill_line ON bill_line.amazon_purchase_line_id = line.id
             WHERE %s
             UNION
            SELECT amazon_order_id, move_id FROM account_move_line WHERE %s
             UNION
            SELECT charge_line.order_id, share.move_id
              FROM amazon_punchout_transaction_line charge_line
              JOIN amazon_punchout_transaction_share share ON share.line_id = charge_line.id
             WHERE %s
            """, mine(SQL("line.order_id")), mine(SQL("amazon_order_id")), mine(SQL("charge_line.order_id")))

    def _select_named(self):
        """Select which orders the lines of each bill name: the first and the last one are enough."""
        return SQL(
            """
            SELECT known.order_id, known.move_id, MIN(COALESCE(line.order_id, bill_line.amazon_order_id)) AS lowest,
                   MAX(COALESCE(line.order_id, bill_line.amazon_order_id)) AS highest
              FROM known
              JOIN account_move_line bill_line
                ON bill_line.move_id = known.move_id AND bill_line.display_type = 'product'
              LEFT JOIN purchase_order_line line ON line.id = bill_line.amazon_purchase_line_id
             GROUP BY known.order_id, known.move_id
            """)

    def _select_part(self):
        """Select how much of a bill belongs to an order, see `_amazon_total_on` of the order.

        A bill that names no order, such as the credit of an excess, has the parts of the charges. Few bills name
        several orders: only their lines are read again.
        """
        return SQL(
            """
            SELECT CASE WHEN named.lowest IS NULL THEN (
                            SELECT SUM(share.amount)
                              FROM amazon_punchout_transaction_share share
                              JOIN amazon_punchout_transaction_line charge_line ON charge_line.id = share.line_id
                             WHERE share.move_id = known.move_id AND charge_line.order_id = known.order_id)
                        WHEN named.lowest = known.order_id AND named.highest = known.order_id THEN move.amount_total
                        ELSE (
                            SELECT COALESCE(SUM(price_total) FILTER (WHERE line_order_id = known.order_id), 0)
                                   + CASE WHEN (ARRAY_AGG(line_order_id ORDER BY price_total DESC, id))[1]
                                               = known.order_id
                                     THEN move.amount_total - SUM(price_total) ELSE 0 END
                              FROM (SELECT bill_line.id, bill_line.price_total,
                                           COALESCE(line.order_id, bill_line.amazon_order_id) AS line_order_id
                                      FROM account_move_line bill_line
                                      LEFT JOIN purchase_order_line line ON line.id = bill_line.amazon_purchase_line_id
                                     WHERE bill_line.move_id = known.move_id AND bill_line.display_type = 'product'
                                   ) lines)
                        END AS amount
            """)

    def _select_payments(self, as_of):
        """Select how much of each bill was paid, or of a credit paid back; a credit is no payment of its bill."""
        return SQL(
            """
            SELECT paid.order_id, paid.move_id, SUM(paid.amount) AS amount
              FROM (SELECT known.order_id, known.move_id, partial.credit_amount_currency AS amount,
                           partial.debit_move_id AS other_id, partial.max_date
                      FROM known
                      JOIN account_move bill ON bill.id = known.move_id AND bill.move_type = 'in_invoice'
                      JOIN account_move_line payable ON payable.move_id = bill.id
                      JOIN account_partial_reconcile partial ON partial.credit_move_id = payable.id
                     UNION ALL
                    SELECT known.order_id, known.move_id, partial.debit_amount_currency, partial.credit_move_id,
                           partial.max_date
                      FROM known
                      JOIN account_move credit ON credit.id = known.move_id AND credit.move_type = 'in_refund'
                      JOIN account_move_line payable ON payable.move_id = credit.id
                      JOIN account_partial_reconcile partial ON partial.debit_move_id = payable.id) paid
              JOIN account_move_line other ON other.id = paid.other_id
              JOIN account_move other_move ON other_move.id = other.move_id
             WHERE other_move.move_type NOT IN ('in_invoice', 'in_refund') AND %s
             GROUP BY paid.order_id, paid.move_id
            """, self._by(SQL("paid.max_date"), as_of))
