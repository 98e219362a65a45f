from odoo import models
from odoo.tools import SQL


class AmazonPunchoutReconciliationCompared(models.Model):
    """The SQL of the page Reconciliation: the amounts of a row, and what differs between them."""
    _inherit = 'amazon.punchout.reconciliation'

    def _select_found(self, until):
        """Select the amounts of a row, rounded as its currency is.

        OFFSET 0, here and below, lets PostgreSQL compute each amount once and not wherever it is used.
        """
        rounded = SQL(", ").join(
            SQL("ROUND(COALESCE(%s, 0), currency.decimal_places) AS %s", value, SQL.identifier(name))
            for name, value in (
                ('approved', SQL("CASE WHEN %s THEN o.amazon_approved_total END",
                                 self._before(SQL("o.date_approve"), until))),
                ('confirmed', self._confirmed(until)),
                # Taxes may be rounded for the order as a whole.
                ('received', SQL("goods.received * COALESCE(o.amount_total / NULLIF(goods.gross, 0), 1)")),
                ('returned', SQL("goods.returned")),
                ('charged', SQL("stated.charged")),
                ('invoiced', SQL("stated.invoiced")),
                ('billed', SQL("booked.billed")),
                ('drafted', SQL("booked.drafted")),
                ('refunded', SQL("stated.refunded")),
                ('credited', SQL("booked.credited")),
                ('credit_drafted', SQL("booked.credit_drafted")),
                ('paid', SQL("booked.paid")),
                ('paid_on_bills', SQL("booked.paid_on_bills")),
            ))
        return SQL(
            """
            SELECT %s,
                   CASE WHEN stated.by_card THEN 'card' WHEN stated.by_invoice THEN 'invoice'
                        ELSE account.payment_method END AS payment,
                   COALESCE(stated.others, '[]') || COALESCE(booked.others, '[]') AS others,
                   stated.others IS NOT NULL OR booked.others IS NOT NULL AS has_others
            OFFSET 0
            """, rounded)

    def _confirmed_of(self, order):
        """Compute what Amazon has confirmed of an order, as its row does, but nothing else of the row.

        PostgreSQL needs longer to plan the query of a whole row than for everything else that a confirmation asks it.

        :param order: the `purchase.order`
        :rtype: float
        """
        for model in ('purchase.order', 'purchase.order.line'):
            self.env[model].flush_model(self._depends[model])
        rows = self.env.execute_query(SQL(
            """
            SELECT ROUND(COALESCE(%(confirmed)s, 0), currency.decimal_places)
              FROM purchase_order o
              JOIN res_currency currency ON currency.id = o.currency_id
              LEFT JOIN LATERAL (%(goods)s) goods ON goods.order_id = o.id
             WHERE o.id = %(order)s AND %(is_at_amazon)s
            """,
            confirmed=self._confirmed(None), goods=self._select_goods(None, None, self._this), order=order.id,
            is_at_amazon=self._is_at_amazon()))
        return float(rows[0][0]) if rows else 0.0

    def _confirmed(self, until):
        """Write what Amazon has confirmed: now, or as it was stored with the last confirmation before a moment."""
        now = SQL(
            "CASE WHEN o.amazon_state IN ('partial', 'confirmed')"
            " THEN o.amount_total * goods.confirmed / NULLIF(goods.gross, 0) END")
        if not until:
            return now
        confirmations = SQL(
            "amazon_punchout_document WHERE purchase_order_id = o.id AND document_type = 'ConfirmationRequest'"
            " AND direction = 'in' AND is_applied")
        return SQL(
            """
            CASE WHEN EXISTS (SELECT FROM %(confirmations)s AND create_date >= %(until)s)
                 THEN (SELECT COALESCE(confirmed_total::numeric, %(now)s) FROM %(confirmations)s
                          AND create_date < %(until)s ORDER BY id DESC LIMIT 1)
                 ELSE %(now)s END
            """, confirmations=confirmations, until=until, now=now)

    def _select_compared(self):
        """Select what differs, by code and amount. The sentences say it in words."""
        return SQL(
            """
            SELECT CASE WHEN has_others THEN 0 ELSE accrual.to_accrue END AS to_accrue,
                   CASE WHEN has_others THEN 0 ELSE accrual.to_receive END AS to_receive,
                   CASE WHEN has_others THEN 0 ELSE accrual.refund_due END AS refund_due,
                   CASE WHEN is_card THEN GREATEST(stated_total - own_billed, 0) ELSE 0 END AS not_billed,
                   CASE WHEN is_card THEN GREATEST(own_billed - stated_total, 0) ELSE 0 END AS not_charged,
                   agreed, CONCAT_WS(',', %(codes)s) AS codes
              FROM (SELECT found.*, found.payment = 'card' AS is_card,
                           found.charged + CASE WHEN found.payment = 'card' THEN found.invoiced ELSE 0 END
                               AS stated_total,
                           GREATEST(found.charged, found.billed - found.drafted) AS owed,
                           GREATEST(found.refunded, found.credited - found.credit_drafted) AS given_back,
                           -- As long as Amazon has not answered for all lines, it may charge what was approved.
                           CASE WHEN found.confirmed > 0 AND found.confirmed >= o.amount_total THEN found.confirmed
                                ELSE GREATEST(found.confirmed, found.approved) END AS agreed
                    OFFSET 0) sums
             CROSS JOIN LATERAL (
                   -- A bill that was made anew, and the credit that took the first one back, cancel each other.
                   SELECT billed - redone AS own_billed, credited - redone AS own_credited
                     FROM (SELECT GREATEST(LEAST(billed - stated_total, credited - refunded), 0) AS redone) pair
                   OFFSET 0) own
             CROSS JOIN LATERAL (
                   SELECT GREATEST(LEAST(received - owed, received - returned - owed + given_back), 0) AS to_accrue,
                          due AS refund_due,
                          -- What is owed above what was agreed is a difference. No goods will arrive for it.
                          GREATEST(LEAST(owed - given_back - received + returned - due, agreed - received), 0)
                              AS to_receive
                     FROM (SELECT GREATEST(LEAST(returned - given_back, owed - given_back - received + returned), 0)
                                  AS due
                            OFFSET 0) dues
                   OFFSET 0) accrual
            """, codes=self._select_codes())

    def _select_accepted(self):
        """Select what differs as one value, and whether it is what somebody has accepted.

        What has no part in the difference may change: a payment that follows reopens nothing, unless it differs.
        """
        return SQL(
            """
            SELECT figures, figures IS NOT DISTINCT FROM o.amazon_accepted_figures AS is_same
              FROM (SELECT MD5(CONCAT_WS('|', compared.codes, TRIM_SCALE(compared.agreed), found.charged,
                               found.invoiced, found.billed, found.refunded, found.credited,
                               TRIM_SCALE(compared.refund_due),
                               CASE WHEN compared.codes ~ 'paid' THEN CONCAT_WS('|', found.paid, found.paid_on_bills)
                               END,
                               CASE WHEN found.has_others THEN (
                                   SELECT STRING_AGG(each::text, ',' ORDER BY each::text)
                                     FROM JSONB_ARRAY_ELEMENTS(found.others) each) END)) AS figures
                    OFFSET 0) now
            """)

    def _select_codes(self):
        """Write the code of each difference that a row has; see `_difference_sentences`."""
        return SQL(", ").join(
            SQL("CASE WHEN %s THEN %s END", condition, code) for code, condition in self._differences().items())

    def _differences(self):
        """Say when an order has which difference.

        :return: the condition by code
        :rtype: dict[str, SQL]
        """
        return {
            'charged_not_billed': SQL("is_card AND stated_total > 0 AND own_billed <= 0"),
            'charged_more': SQL("is_card AND stated_total > own_billed AND own_billed > 0"),
            'billed_not_charged': SQL("is_card AND stated_total <= 0 AND own_billed > 0"),
            'billed_more': SQL("is_card AND own_billed > stated_total AND stated_total > 0"),
            'invoiced_more': SQL("NOT is_card AND invoiced > own_billed"),
            'billed_above': SQL("NOT is_card AND own_billed - own_credited > agreed"),
            'charged_above': SQL("is_card AND stated_total - refunded > agreed"),
            'cancelled': SQL("is_card AND o.state = 'cancel' AND stated_total > refunded"),
            'over_refund': SQL("is_card AND refunded > stated_total"),
            'refunded_more': SQL("is_card AND refunded > own_credited"),
            'credited_more': SQL("is_card AND own_credited > refunded AND stated_total > 0"),
            'refund_due': SQL("NOT has_others AND accrual.refund_due > 0"),
            'paid_more': SQL("is_card AND stated_total > 0 AND paid_on_bills > stated_total"),
            'not_paid': SQL(
                "is_card AND drafted = 0 AND credit_drafted = 0 AND own_billed = stated_total"
                " AND own_credited = refunded AND paid < charged - refunded"),
            'other_currency': SQL(
                """
                has_others AND EXISTS (
                    SELECT FROM JSONB_ARRAY_ELEMENTS(others) each
                     GROUP BY each ->> 1
                    HAVING SUM(CASE each ->> 0 WHEN 'charged' THEN 1 WHEN 'billed' THEN -1 ELSE 0 END
                               * (each ->> 2)::numeric) != 0
                        OR SUM(CASE each ->> 0 WHEN 'refunded' THEN 1 WHEN 'credited' THEN -1 ELSE 0 END
                               * (each ->> 2)::numeric) != 0)
                """),
        }
