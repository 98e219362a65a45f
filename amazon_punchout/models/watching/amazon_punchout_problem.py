from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

from ...const import CART, UNREADABLE
from ...tools.found_first import found_first
from ...tools.problems import ACTIVITY_PROBLEM
from ...tools.said import say_moment

# Room for this many kinds: the id of a row is that of its record, multiplied by this, plus the place of its kind.
KINDS = 16
# Each kind, with the field that links to its record. The order is part of the ids: append only.
RECORDS = {
    'late_order': 'purchase_order_id',
    'unclear': 'purchase_order_id',
    'declined': 'purchase_order_id',
    'message': 'document_id',
    'unreadable': 'document_id',
    'late_message': 'document_id',
    'bill': 'account_move_id',
    'cart': 'session_id',
    'unclaimed': 'session_id',
    'stopped': 'group_id',
    'scheduled_action': None,
    'unqueued': 'purchase_order_id',
    'charge': 'transaction_id',
}


class AmazonPunchoutProblem(models.Model):
    """Everything that needs a person, in one list.

    It is a view of the orders, documents, trips and bills themselves: a row is gone once its cause is. The rows say
    what the records say, in the reader's language, and their buttons are those of the records, with the reader's
    rights.
    """
    _name = 'amazon.punchout.problem'
    _inherit = 'amazon.punchout.screen'
    _description = "Amazon Problem"
    _auto = False
    _order = 'since NULLS FIRST, id'
    _rec_names_search = ['purchase_order_id.name', 'group_id.name']
    _depends = {
        'amazon.punchout.document': [
            'state', 'document_type', 'direction', 'session_id', 'purchase_order_id', 'group_id', 'queued_at',
            'next_try_at', 'last_try_at', 'account_group_id'],
        'amazon.punchout.group': [
            'state', 'responsible_id', 'bill_user_id', 'company_id', 'database_uuid', 'database_name',
            'database_system'],
        'amazon.punchout.session': ['state', 'returned_at', 'group_id', 'is_listed'],
        'purchase.order': ['state', 'amazon_state', 'amazon_group_id'],
        'account.move': ['state', 'move_type', 'amazon_group_id', 'amazon_awaits_receipt'],
        'mail.activity': ['res_model', 'res_id', 'activity_type_id'],
        'amazon.punchout.transaction': ['state', 'group_id', 'company_id', 'holder_company_ids'],
    }

    since = fields.Datetime(readonly=True, help="Since when it waits for a person. Empty if that is not known.")
    kind = fields.Selection([
        ('late_order', "Order Not Sent"),
        ('unclear', "Unclear Order"),
        ('declined', "Declined Order"),
        ('message', "Message"),
        ('unreadable', "Unreadable Message"),
        ('late_message', "Message Not Processed"),
        ('bill', "Bill"),
        ('cart', "Kept Cart"),
        ('unclaimed', "Unclaimed Cart"),
        ('stopped', "Group Stopped"),
        ('scheduled_action', "Scheduled Action"),
        ('unqueued', "Not Ordered at Amazon"),
        ('charge', "Charge"),
    ], "Type", readonly=True)
    purchase_order_id = fields.Many2one('purchase.order', "Order", readonly=True)
    document_id = fields.Many2one('amazon.punchout.document', readonly=True)
    session_id = fields.Many2one('amazon.punchout.session', "Shopping Trip", readonly=True)
    account_move_id = fields.Many2one('account.move', "Bill", readonly=True)
    transaction_id = fields.Many2one('amazon.punchout.transaction', "Charge", readonly=True)
    cron_key = fields.Char("Scheduled Action", readonly=True)
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    user_id = fields.Many2one('res.users', "Responsible", readonly=True)
    name = fields.Char("Record", compute='_compute_sentence')
    sentence = fields.Text("Problem", compute='_compute_sentence')
    may_retry = fields.Boolean("Can Retry", compute='_compute_buttons')
    may_finish = fields.Boolean("Can Be Marked as Done", compute='_compute_buttons')
    may_dismiss = fields.Boolean("Can Dismiss", compute='_compute_buttons')
    may_decide = fields.Boolean("Can Decide on Unclear Order", compute='_compute_buttons')
    may_send_again = fields.Boolean("Can Send Again", compute='_compute_buttons')
    may_order = fields.Boolean("Can Order at Amazon", compute='_compute_buttons')
    may_apply = fields.Boolean("Can Be Applied to Order", compute='_compute_buttons')
    is_check_first = fields.Boolean(
        "Check on Amazon First", compute='_compute_buttons', help="The declined order was sent in full.")
    may_repair = fields.Boolean("Can Repair", compute='_compute_buttons')

    # === THE ROWS === #

    @property
    def _table_query(self):
        """Override of `base` to put the rows of all kinds together."""
        return SQL(" UNION ALL ").join(self._selects())

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to look up first whom or what a text means."""
        return super()._search(found_first(self, domain), *args, **kwargs)

    @api.model
    def _selects(self):
        """List the queries of all kinds; another addon may add its own with :meth:`_select`.

        :rtype: list[SQL]
        """
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # the rules of this model decide about its rows
        orders = SQL("purchase_order record JOIN amazon_punchout_group ON amazon_punchout_group.id = amazon_group_id")
        documents = SQL(
            "amazon_punchout_document record JOIN amazon_punchout_group ON amazon_punchout_group.id = record.group_id")
        sessions = SQL(
            "amazon_punchout_session record JOIN amazon_punchout_group ON amazon_punchout_group.id = record.group_id")
        moves = SQL("account_move record JOIN amazon_punchout_group ON amazon_punchout_group.id = amazon_group_id")
        # A held charge belongs to no group: it is a problem of the only company that it may be of.
        charges = SQL(
            "amazon_punchout_transaction record JOIN amazon_punchout_group ON amazon_punchout_group.id ="
            " COALESCE(record.group_id, (SELECT MIN(held.id) FROM amazon_punchout_group held"
            " JOIN amazon_punchout_transaction_holder_rel holder ON holder.company_id = held.company_id"
            " WHERE holder.transaction_id = record.id HAVING COUNT(DISTINCT held.company_id) = 1))")
        tried = SQL(
            "(SELECT MAX(last_try_at) FROM amazon_punchout_document WHERE purchase_order_id = record.id"
            " AND document_type = 'OrderRequest')")
        bill_user = SQL("COALESCE(amazon_punchout_group.bill_user_id, amazon_punchout_group.responsible_id)")
        document_user = SQL(
            "CASE WHEN record.document_type = 'InvoiceDetailRequest' THEN %s"
            " ELSE amazon_punchout_group.responsible_id END", bill_user)
        # Archived groups too: their orders may be queued.
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False)
        stopped = groups_sudo._search(groups_sudo._stopped_domain())
        late_orders = documents_sudo._search(self._waiting_order_domain())
        late_messages = documents_sudo._search(documents_sudo._late_message_domain())
        attention = SQL("record.state = 'attention' AND record.direction = 'in' AND record.session_id IS NULL")
        return [
            self._select(
                'late_order', documents, SQL("record.queued_at"), SQL("record.id IN %s", late_orders.subselect()),
                record_id=SQL("record.purchase_order_id")),
            self._select(
                'unclear', orders, tried, SQL("record.amazon_state = 'unclear' AND record.state = 'purchase'")),
            self._select(
                'declined', orders, tried, SQL("record.amazon_state = 'refused' AND record.state = 'purchase'")),
            self._select(
                'unqueued', orders, SQL("record.date_approve"),
                SQL("record.amazon_state = 'cart' AND record.state = 'purchase'")),
            self._select(
                'message', documents, SQL("record.create_date"),
                SQL("%s AND record.document_type != %s", attention, UNREADABLE), user=document_user),
            self._select(
                'unreadable', documents, SQL("record.create_date"),
                SQL("%s AND record.document_type = %s", attention, UNREADABLE)),
            self._select(
                'late_message', documents, SQL("record.create_date"),
                SQL("record.id IN %s", late_messages.subselect()), user=document_user),
            self._select(
                'bill', moves, SQL("record.create_date"), SQL(
                    "record.amazon_group_id IS NOT NULL"  # as the index of the drafts has it
                    " AND record.state = 'draft' AND record.move_type IN ('in_invoice', 'in_refund')"
                    " AND (record.amazon_awaits_receipt OR %s)", self._has_activity('account.move')), user=bill_user),
            self._select(
                'cart', sessions, SQL("record.returned_at"), SQL(
                    "record.state IN ('attention', 'expired') AND EXISTS (SELECT FROM amazon_punchout_document cart"
                    " WHERE cart.session_id = record.id AND cart.document_type = %s AND cart.state = 'attention')",
                    CART)),
            self._select(
                'unclaimed', sessions, SQL("record.returned_at"),
                SQL("record.state = 'unclaimed' AND record.returned_at IS NOT NULL AND record.is_listed")),
            self._select(
                'stopped', SQL("amazon_punchout_group record JOIN amazon_punchout_group USING (id)"), SQL(
                    "(SELECT MIN(create_date) FROM mail_activity WHERE res_model = 'amazon.punchout.group'"
                    " AND res_id = record.id AND activity_type_id = %s AND active IS TRUE)", self._activity_type_id()),
                SQL("record.id IN %s", stopped.subselect())),
            self._select(
                'charge', charges, SQL("record.create_date"), SQL("record.state = 'attention'"), user=bill_user),
            *self._select_actions(),
        ]

    @api.model
    def _select(self, kind, source, since, condition, user=None, record_id=None):
        """Write the query of one kind.

        :param str kind: one of RECORDS
        :param SQL source: what to read from: the table of the records as `record`, and `amazon_punchout_group`
        :param SQL since: since when a record waits for a person
        :param SQL condition: which records do
        :param SQL user: who is responsible; by default the responsible of the group
        :param SQL record_id: the id of the record to which the row links, if it is not that of `record`
        :rtype: SQL
        """
        record_id = record_id or SQL("record.id")
        links = SQL(", ").join(
            SQL("%s AS %s", record_id if RECORDS[kind] == name else SQL("NULL::int"), SQL.identifier(name))
            for name in ('purchase_order_id', 'document_id', 'session_id', 'account_move_id', 'transaction_id'))
        return SQL(
            """
            SELECT %(record_id)s::bigint * %(kinds)s + %(place)s AS id, %(since)s AS since, %(kind)s AS kind,
                   %(links)s, NULL AS cron_key, amazon_punchout_group.id AS group_id,
                   amazon_punchout_group.company_id AS company_id, %(user)s AS user_id
              FROM %(source)s
             WHERE %(condition)s
            """, record_id=record_id, kinds=KINDS, place=list(RECORDS).index(kind), since=since, kind=kind, links=links,
            user=user or SQL("amazon_punchout_group.responsible_id"), source=source, condition=condition)

    @api.model
    def _select_actions(self):
        """Write the queries of the scheduled actions that don't run, while a group waits for them.

        :rtype: list[SQL]
        """
        if not self.env['amazon.punchout.group'].sudo().search_count([('state', '!=', 'draft')], limit=1):
            return []
        return [SQL(
            """
            SELECT %s::bigint * %s + %s AS id, %s::timestamp AS since, 'scheduled_action' AS kind,
                   NULL::int AS purchase_order_id, NULL::int AS document_id, NULL::int AS session_id,
                   NULL::int AS account_move_id, NULL::int AS transaction_id, %s AS cron_key,
                   NULL::int AS group_id, NULL::int AS company_id, NULL::int AS user_id
            """, number, KINDS, list(RECORDS).index('scheduled_action'), action.since, action.key)
            for number, action in enumerate(self._actions(), start=1) if action.problem]

    def _actions(self):
        return self.env['amazon.punchout.watch']._scheduled_actions()

    @api.model
    def _waiting_order_domain(self):
        """Find the orders that don't leave: the late ones, and those that could not be sent for an hour.

        :rtype: Domain
        """
        documents = self.env['amazon.punchout.document']
        return documents._late_order_domain() | documents._waiting_long_domain()

    def _activity_type_id(self):
        return self.env['ir.model.data']._xmlid_to_res_id(ACTIVITY_PROBLEM)

    def _has_activity(self, model):
        """Tell in SQL whether a person was notified of a problem of a record, and has not dealt with it.

        :param str model: of the record
        :rtype: SQL
        """
        return SQL(
            "EXISTS (SELECT FROM mail_activity WHERE res_model = %s AND res_id = record.id AND activity_type_id = %s"
            " AND active IS TRUE)",  # done ones are archived
            model, self._activity_type_id())

    # === COMPUTE METHODS === #

    def _record(self):
        """Give the record of this row; empty if the reader may not read it, or for a scheduled action.

        :rtype: odoo.models.BaseModel
        """
        self.ensure_one()
        name = RECORDS[self.kind]
        return self[name]._filtered_access('read') if name else self.env['ir.cron']

    @api.depends('kind')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_sentence(self):
        """Name each record and say what is wrong with it, as the record itself does."""
        actions = {action.key: action for action in self._actions()}
        for problem in self:
            record = problem._record()
            if problem.kind == 'scheduled_action':
                action = actions[problem.cron_key]
                problem.name = action.name
                problem.sentence = self.env['amazon.punchout.watch']._explain_action(action)
            else:
                problem.name = record.display_name if record else False
                problem.sentence = problem._sentence(record) if record else False

    def _sentence(self, record):
        """Say what is wrong with the record of this row.

        :param record: of :meth:`_record`, not empty
        :rtype: str | bool
        """
        match self.kind:
            case 'late_order':
                return record.amazon_problem or record.amazon_status
            case 'unclear' | 'declined' | 'unqueued':
                return record.amazon_problem
            case 'late_message':
                return self.env._("This message should have been processed by now.")
            case 'message' | 'unreadable':
                return record.explanation
            case 'cart' | 'charge':
                return record.problem
            case 'unclaimed':
                return self.env._(
                    "A member of the group can claim this cart until %(until)s: %(items)s.",
                    until=say_moment(self.env, record.expires_at), items=record.cart_summary)
            case 'bill':
                activities_sudo = record.sudo().activity_ids  # the sentences on the bill itself
                return record.amazon_differences or html2plaintext(activities_sudo[:1].note or "") or activities_sudo[
                    :1].summary
            case 'stopped':
                return record._sending_stopped_reason()
        return False

    @api.depends('kind')
    @api.depends_context('uid')
    def _compute_buttons(self):
        """Offer what the reader may do with each record; the record checks it again."""
        is_decider = self.env['purchase.order']._amazon_is_decider()
        may_repair = bool(self._repairable_groups())
        repairable = {action.key for action in self._actions() if action.problem in ('deleted', 'off')}
        for problem in self:
            record = problem._record()
            is_settled = problem.kind in ('message', 'unreadable') and bool(record) and record.may_settle
            problem.may_retry = is_settled or problem.kind == 'cart' and bool(record) and record.may_retry
            problem.may_finish = is_settled and record.is_applied
            problem.may_dismiss = bool(record) and (
                is_settled and not record.is_applied
                or problem.kind == 'cart' and record._kept_cart().may_settle
                or problem.kind == 'unclaimed' and (record.is_offered or record._may_resolve()))
            problem.may_decide = problem.kind == 'unclear' and is_decider and bool(record)
            problem.may_send_again = problem.kind == 'declined' and bool(record)
            problem.may_order = problem.kind == 'unqueued' and bool(record) and record.amazon_may_approve
            problem.may_apply = is_settled and record.may_apply
            problem.is_check_first = problem.may_send_again and record.amazon_check_first
            problem.may_repair = may_repair and problem.cron_key in repairable

    @api.depends('name', 'kind')
    def _compute_display_name(self):
        """Override of `base` to give the name of the record."""
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for problem in self:
            problem.display_name = problem.name or kinds[problem.kind]
