from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.tools import SQL

from ...transactions import INVOICE

# The states of an order that Amazon may have.
AT_AMAZON = ('sent', 'unclear', 'partial', 'confirmed')


class AmazonPunchoutReconciliationQuery(models.Model):
    """The SQL of the page Reconciliation.

    Each part is computed for one order, over indexes, so that a page of orders costs as little as it shows.
    """
    _inherit = 'amazon.punchout.reconciliation'

    _depends = {
        'purchase.order': [
            'amazon_group_id', 'amazon_state', 'amazon_order_ref', 'amazon_requester_id', 'amazon_approved_total',
            'amazon_deployment_mode', 'amount_total', 'currency_id', 'company_id', 'date_approve', 'state'],
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
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to keep PostgreSQL from compiling the query: that takes much longer than the query."""
        self.env.cr.execute("SET LOCAL jit = off")
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _query(self, as_of=None):
        """Write the query of all rows.

        :param date | None as_of: what happened after this day does not count
        :rtype: SQL
        """
        until = self._end_of_day(as_of)
        return SQL(
            """
            SELECT o.id, %(as_of)s::date AS as_of, o.id AS order_id, o.amazon_order_ref, o.amazon_group_id AS group_id,
                   o.company_id, o.amazon_requester_id AS requester_id, o.date_approve AS date, o.currency_id,
                   found.*, compared.to_accrue, compared.to_receive, compared.refund_due,
                   compared.not_billed, compared.not_charged, compared.agreed, compared.codes,
                   compared.codes != '' AS is_different
              FROM purchase_order o
              JOIN res_currency currency ON currency.id = o.currency_id
              JOIN amazon_punchout_group account ON account.id = o.amazon_group_id
              LEFT JOIN LATERAL (%(goods)s) goods ON TRUE
              LEFT JOIN LATERAL (%(stated)s) stated ON TRUE
              LEFT JOIN LATERAL (%(booked)s) booked ON TRUE
              CROSS JOIN LATERAL (%(found)s) found
              CROSS JOIN LATERAL (%(compared)s) compared
             WHERE (o.amazon_state IN %(at_amazon)s OR o.amazon_order_ref IS NOT NULL OR EXISTS (
                        SELECT FROM amazon_punchout_transaction_line WHERE order_id = o.id))
               AND o.amazon_deployment_mode IS DISTINCT FROM 'test'
               AND (%(approved)s OR stated.number > 0 OR booked.number > 0)
            """,
            as_of=as_of, goods=self._select_goods(until, as_of), stated=self._select_stated(as_of),
            booked=self._select_booked(as_of), found=self._select_found(until), compared=self._select_compared(),
            at_amazon=AT_AMAZON, approved=self._before(SQL("o.date_approve"), until))

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

    def _select_goods(self, until, as_of):
        """Select what is confirmed, received and returned of an order.

        Shipping and estimated tax belong to the items as the cart states them, else in proportion.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT SUM(gross) AS gross,
                   SUM(gross * LEAST(confirmed / NULLIF(ordered, 0), 1)) AS confirmed,
                   SUM(arrived * CASE WHEN ordered != 0 THEN gross / ordered ELSE price END) AS received,
                   SUM(went_back * CASE WHEN ordered != 0 THEN (gross - shipping) / ordered ELSE price END) AS returned
              FROM (SELECT ordered, price, confirmed, arrived, went_back,
                           charges.shipping, line.total + charges.shipping + charges.tax AS gross
                      FROM (SELECT id, product_id, product_uom_id, qty_received, qty_received_method,
                                   amazon_line_type = 'item' AS is_item,
                                   product_qty::numeric AS ordered, price_unit::numeric AS price,
                                   price_total::numeric AS total,
                                   (COALESCE(amazon_confirmed_quantity, 0)
                                       + COALESCE(amazon_backordered_quantity, 0))::numeric AS confirmed,
                                   amazon_cart_shipping::numeric * product_qty::numeric
                                       / NULLIF(amazon_cart_quantity, 0)::numeric AS own_shipping,
                                   amazon_cart_tax::numeric * product_qty::numeric
                                       / NULLIF(amazon_cart_quantity, 0)::numeric AS own_tax,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'item') OVER () AS all_items,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'shipping') OVER ()
                                       AS all_shipping,
                                   SUM(price_total) FILTER (WHERE amazon_line_type = 'tax') OVER () AS all_tax,
                                   SUM(amazon_cart_shipping * product_qty / NULLIF(amazon_cart_quantity, 0))
                                       FILTER (WHERE amazon_line_type = 'item') OVER () AS cart_shipping,
                                   SUM(amazon_cart_tax * product_qty / NULLIF(amazon_cart_quantity, 0))
                                       FILTER (WHERE amazon_line_type = 'item') OVER () AS cart_tax
                              FROM purchase_order_line
                             WHERE order_id = o.id AND amazon_line_type IS NOT NULL) line
                     CROSS JOIN LATERAL (
                           SELECT COALESCE(all_shipping * CASE
                                      WHEN cart_shipping > 0 THEN own_shipping / cart_shipping::numeric
                                      ELSE total / NULLIF(all_items, 0) END, 0) AS shipping,
                                  COALESCE(all_tax * CASE
                                      WHEN cart_tax > 0 THEN own_tax / cart_tax::numeric
                                      ELSE total / NULLIF(all_items, 0) END, 0) AS tax) charges
                     CROSS JOIN LATERAL (%s) moved
                     WHERE line.is_item) item
            """, self._select_moved(until, as_of))

    def _select_moved(self, until, as_of):
        """Select the quantity of an order line that has arrived, and the one that was returned.

        What people enter as received has no date. Of what arrives in parts, such as a kit, core knows what is complete.
        A return counts if it left the stock, or if Amazon's report of returns has it; usually it is the same one.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT CASE WHEN line.qty_received_method = 'stock_moves' AND COUNT(move.id) = 0 THEN 0
                        WHEN BOOL_OR(move.product_id = line.product_id) THEN SUM(
                            CASE WHEN move.product_id = line.product_id AND dest.usage != 'supplier'
                                      AND move.origin_returned_move_id IS NULL
                                 THEN move.quantity * unit.factor / line_unit.factor ELSE 0 END)
                        ELSE COALESCE(line.qty_received, 0) END::numeric AS arrived,
                   GREATEST(COALESCE(SUM(move.quantity * unit.factor / line_unit.factor * CASE
                       WHEN move.product_id != line.product_id THEN 0
                       WHEN dest.usage = 'supplier' THEN 1
                       WHEN origin_dest.usage = 'supplier' THEN -1
                       ELSE 0 END), 0), (
                           SELECT SUM(COALESCE(NULLIF(item.quantity, 0), 1))
                             FROM amazon_punchout_reported_item item
                            WHERE item.purchase_line_id = line.id AND item.is_return
                              AND item.is_cancelled IS NOT TRUE AND %(reported)s), 0)::numeric AS went_back
              FROM uom_uom line_unit
              LEFT JOIN stock_move move ON move.purchase_line_id = line.id AND move.state = 'done' AND %(moved)s
              LEFT JOIN uom_uom unit ON unit.id = move.product_uom
              LEFT JOIN stock_location dest ON dest.id = move.location_dest_id
              LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
              LEFT JOIN stock_location origin_dest ON origin_dest.id = origin.location_dest_id
             WHERE line_unit.id = line.product_uom_id
            """, moved=self._before(SQL("move.date"), until),
            reported=SQL("COALESCE(item.date <= %s, TRUE)", as_of) if as_of else SQL("TRUE"))

    # === CHARGES === #

    def _select_stated(self, as_of):
        """Select what Amazon charged and refunded of an order.

        Where the lines of a charge don't add up to it, the largest has the difference, as in the books.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT COUNT(*) AS number,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'charge' AND NOT by_invoice) AS charged,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'charge' AND by_invoice) AS invoiced,
                   SUM(amount) FILTER (WHERE is_own AND kind = 'refund' AND NOT by_invoice) AS refunded,
                   BOOL_OR(kind = 'charge' AND by_invoice) AS by_invoice,
                   BOOL_OR(kind = 'charge' AND NOT by_invoice) AS by_card,
                   JSONB_AGG(JSONB_BUILD_ARRAY(CASE kind WHEN 'charge' THEN 'charged' ELSE 'refunded' END,
                       currency_id, amount)) FILTER (WHERE NOT is_own AND NOT by_invoice) AS others
              FROM (SELECT charge.kind, charge.instrument = %(invoice)s AS by_invoice, charge.currency_id,
                           charge.currency_id = o.currency_id AS is_own, part.amount
                      FROM (SELECT DISTINCT transaction_id FROM amazon_punchout_transaction_line
                             WHERE order_id = o.id) known
                      JOIN amazon_punchout_transaction charge ON charge.id = known.transaction_id
                     CROSS JOIN LATERAL (
                           SELECT CASE WHEN BOOL_AND(each.order_id IS NOT DISTINCT FROM o.id) THEN charge.amount
                                  ELSE SUM(each.total) FILTER (WHERE each.order_id = o.id)
                                      + CASE WHEN (ARRAY_AGG(each.order_id ORDER BY each.total DESC, each.sequence,
                                                             each.id))[1] = o.id
                                        THEN charge.amount - SUM(each.total) ELSE 0 END
                                  END AS amount
                             FROM amazon_punchout_transaction_line each
                            WHERE each.transaction_id = charge.id) part
                     WHERE charge.is_settled AND charge.state != 'dismissed' AND charge.company_id = o.company_id
                       AND %(by)s) charges
            """, invoice=INVOICE, by=self._by(SQL("COALESCE(charge.date, charge.create_date::date)"), as_of))

    # === BILLS AND PAYMENTS === #

    def _select_booked(self, as_of):
        """Select what is billed, credited and paid of an order, as its form adds it up.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT COUNT(*) AS number,
                   SUM(amount) FILTER (WHERE is_own AND is_bill) AS billed,
                   SUM(amount) FILTER (WHERE is_own AND is_bill AND is_draft) AS drafted,
                   SUM(amount) FILTER (WHERE is_own AND NOT is_bill) AS credited,
                   SUM(amount) FILTER (WHERE is_own AND NOT is_bill AND is_draft) AS credit_drafted,
                   SUM(CASE WHEN is_bill THEN paid ELSE -paid END) FILTER (WHERE is_own) AS paid,
                   SUM(paid) FILTER (WHERE is_own AND is_bill) AS paid_on_bills,
                   JSONB_AGG(JSONB_BUILD_ARRAY(CASE WHEN is_bill THEN 'billed' ELSE 'credited' END,
                       currency_id, amount)) FILTER (WHERE NOT is_own) AS others
              FROM (SELECT move.move_type = 'in_invoice' AS is_bill, move.state = 'draft' AS is_draft,
                           move.currency_id, move.currency_id = o.currency_id AS is_own, part.amount,
                           part.amount / NULLIF(move.amount_total, 0) * payments.amount AS paid
                      FROM (%(moves)s) known
                      JOIN account_move move ON move.id = known.move_id
                     CROSS JOIN LATERAL (%(part)s) part
                     CROSS JOIN LATERAL (%(payments)s) payments
                     WHERE move.state != 'cancel' AND move.move_type IN ('in_invoice', 'in_refund') AND %(by)s) moves
            """,
            moves=self._select_moves(), part=self._select_part(), payments=self._select_payments(as_of),
            by=self._by(SQL("move.date"), as_of))

    def _select_moves(self):
        """Select the bills and credits of an order, and those that have a part of its charges."""
        return SQL(
            """
            SELECT bill_line.move_id
              FROM purchase_order_line line
              JOIN account_move_line bill_line ON bill_line.amazon_purchase_line_id = line.id
             WHERE line.order_id = o.id
             UNION
            SELECT move_id FROM account_move_line WHERE amazon_order_id = o.id
             UNION
            SELECT share.move_id
              FROM amazon_punchout_transaction_line charge_line
              JOIN amazon_punchout_transaction_share share ON share.line_id = charge_line.id
             WHERE charge_line.order_id = o.id
            """)

    def _select_part(self):
        """Select how much of a bill belongs to an order, see `_amazon_total_on` of the order.

        A bill that names no order, such as the credit of an excess, has the parts of the charges.
        """
        return SQL(
            """
            SELECT CASE WHEN COUNT(line_order_id) = 0 THEN (
                            SELECT SUM(share.amount)
                              FROM amazon_punchout_transaction_share share
                              JOIN amazon_punchout_transaction_line charge_line ON charge_line.id = share.line_id
                             WHERE share.move_id = move.id AND charge_line.order_id = o.id)
                        WHEN BOOL_AND(COALESCE(line_order_id = o.id, TRUE)) THEN move.amount_total
                        ELSE COALESCE(SUM(price_total) FILTER (WHERE line_order_id = o.id), 0)
                            + CASE WHEN (ARRAY_AGG(line_order_id ORDER BY price_total DESC, id))[1] = o.id
                              THEN move.amount_total - SUM(price_total) ELSE 0 END
                        END AS amount
              FROM (SELECT bill_line.id, bill_line.price_total,
                           COALESCE(line.order_id, bill_line.amazon_order_id) AS line_order_id
                      FROM account_move_line bill_line
                      LEFT JOIN purchase_order_line line ON line.id = bill_line.amazon_purchase_line_id
                     WHERE bill_line.move_id = move.id AND bill_line.display_type = 'product') lines
            """)

    def _select_payments(self, as_of):
        """Select how much of a bill was paid, or of a credit paid back; a credit is no payment of its bill."""
        return SQL(
            """
            SELECT COALESCE(SUM(amount), 0) AS amount
              FROM (SELECT partial.credit_amount_currency AS amount, partial.debit_move_id AS other_id, partial.max_date
                      FROM account_move_line payable
                      JOIN account_partial_reconcile partial ON partial.credit_move_id = payable.id
                     WHERE payable.move_id = move.id AND move.move_type = 'in_invoice'
                     UNION ALL
                    SELECT partial.debit_amount_currency, partial.credit_move_id, partial.max_date
                      FROM account_move_line payable
                      JOIN account_partial_reconcile partial ON partial.debit_move_id = payable.id
                     WHERE payable.move_id = move.id AND move.move_type = 'in_refund') partials
              JOIN account_move_line other ON other.id = partials.other_id
              JOIN account_move other_move ON other_move.id = other.move_id
             WHERE other_move.move_type NOT IN ('in_invoice', 'in_refund') AND %s
            """, self._by(SQL("partials.max_date"), as_of))
