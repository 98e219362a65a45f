from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime, format_time

from ...tools.problems import close_problem, notified, raise_problem
from ...tools.said import say_moment
from ...tools.sentences import in_a_row
from ...tools.voice import speaker


class PurchaseOrderStatus(models.Model):
    """The sentence that says where an order is, and the activity about its problems."""
    _inherit = 'purchase.order'

    # People who read an order may know where it is: accountants read orders, but no documents.
    amazon_status = fields.Char("Order Progress", compute='_compute_amazon_status', compute_sudo=True)
    amazon_problem = fields.Text(compute='_compute_amazon_problem', compute_sudo=True)
    amazon_is_neutralized = fields.Boolean(
        "In a Neutralized Copy", compute='_compute_amazon_is_neutralized', compute_sudo=True)
    amazon_state_label = fields.Char("Amazon Status and Mode", compute='_compute_amazon_state_label')
    amazon_check_first = fields.Boolean(
        "To Be Checked on Amazon", compute='_compute_amazon_check_first', compute_sudo=True,
        help="The order was declined in a way that leaves open whether Amazon has it.")
    amazon_may_withdraw = fields.Boolean(
        "Can Be Withdrawn", compute='_compute_amazon_may_withdraw', compute_sudo=True,
        help="The order is waiting in Odoo, and nothing of it has been sent.")
    amazon_show_answers = fields.Boolean("Answered by Amazon", compute='_compute_amazon_show_answers')

    # === COMPUTE METHODS === #

    @api.depends(
        'amazon_state', 'state', 'amazon_valid_until', 'amazon_asked_at', 'amazon_group_id.state',
        'amazon_group_id.database_uuid', 'amazon_group_id.database_name', 'amazon_group_id.database_system',
        'amazon_document_ids.state', 'amazon_document_ids.next_try_at', 'amazon_document_ids.last_try_at',
        'amazon_document_ids.reason', 'amazon_document_ids.answer_code', 'amazon_document_ids.is_answer_unread',
        'amazon_document_ids.sent_elsewhere',
        'amazon_document_ids.entered_by_id', 'amazon_document_ids.is_applied',
        'order_line.amazon_confirmation', 'order_line.amazon_reason')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_amazon_status(self):
        """Say where each order that came from Amazon is."""
        for order in self:
            order.amazon_status = order._amazon_status_sentence() if order.amazon_state else False

    @api.depends('amazon_state', 'state', 'name', 'amazon_document_ids.state', 'amazon_document_ids.reason',
                 'amazon_document_ids.answer_code', 'amazon_document_ids.is_answer_unread')
    @api.depends_context('lang', 'uid')
    def _compute_amazon_problem(self):
        """Say what is wrong with each order, if anything."""
        for order in self:
            order.amazon_problem = order._amazon_problem_sentence()

    @api.depends('amazon_state', 'amazon_document_ids.is_answer_unread')
    def _compute_amazon_check_first(self):
        """Tell the orders that a person looks for on Amazon before sending them again."""
        for order in self:
            order.amazon_check_first = order.amazon_state == 'refused' and order._amazon_request().is_answer_unread

    @api.depends('amazon_state', 'amazon_document_ids.state', 'amazon_document_ids.has_left')
    def _compute_amazon_may_withdraw(self):
        """Tell the orders of which nothing has left: not while one is being sent, and not after it may have been."""
        for order in self:
            order.amazon_may_withdraw = order.amazon_state == 'queued' and any(
                request.state == 'queued' and not request.has_left for request in order._amazon_request())

    @api.depends('amazon_session_id')
    def _compute_amazon_is_neutralized(self):
        """Tell the orders of Amazon that a neutralized copy shows."""
        is_neutralized = self.env['amazon.punchout.group']._is_neutralized_database()
        for order in self:
            order.amazon_is_neutralized = is_neutralized and bool(order.amazon_session_id)

    @api.depends('amazon_state', 'amazon_deployment_mode', 'amazon_change', 'amazon_document_ids.answer_code')
    @api.depends_context('lang')
    def _compute_amazon_state_label(self):
        """Put the status, or what Amazon changed, and the test mode into one column of a list."""
        labels = dict(self._fields['amazon_state']._description_selection(self.env))
        changes = dict(self._fields['amazon_change']._description_selection(self.env))
        for order in self:
            label = labels.get(order.amazon_state, False)
            if order.amazon_state in ('confirmed', 'partial'):
                label = changes.get(order.amazon_change, label)
            elif order.amazon_state == 'refused' and not order.sudo()._amazon_request().answer_code:
                label = self.env._("Not Sent")  # Amazon has not seen it; accountants read orders, but no documents
            order.amazon_state_label = self.env._("Test: %s", label) \
                if label and order.amazon_deployment_mode == 'test' else label

    @api.depends('amazon_state', 'order_line.amazon_confirmation', 'order_line.amazon_line_type')
    def _compute_amazon_show_answers(self):
        """Hide the answers while all lines are pending or accepted as ordered: the sentence says so."""
        self.amazon_show_answers = False
        for order in self.filtered('amazon_state'):
            answers = {line.amazon_confirmation or 'none' for line in order._amazon_item_lines()}
            order.amazon_show_answers = len(answers) > 1 or not answers <= {'none', 'accepted'}

    # === CHATTER === #

    def _message_compute_author(self, author_id=None, email_from=None):
        """Override of `mail` to have Amazon's vendor speak where no person does."""
        if author_id is None and email_from is None and len(self) == 1 and self.amazon_session_id:
            author_id, email_from = speaker(self, self.partner_id, self.company_id)
        return super()._message_compute_author(author_id, email_from)

    # === THE SENTENCE === #

    def _amazon_status_sentence(self):
        """Say where the order is, in one sentence.

        :rtype: str
        """
        self.ensure_one()
        if self.state == 'cancel':
            if self._amazon_request().state == 'cancelled':
                return self.env._("Withdrawn before it was sent to Amazon")
            if 'rejected' in self.order_line.mapped('amazon_confirmation'):
                return self._amazon_cancelled_sentence()
            return self.env._("Cancelled: nothing was ordered at Amazon")
        if self.state != 'purchase':
            return in_a_row(self.env, (text for _sequence, text in sorted(self._amazon_cart_sentences())))
        return self._amazon_request_sentence()

    def _amazon_cancelled_sentence(self):
        """Say who cancelled the order after it had reached Amazon.

        :rtype: str
        """
        if self.amazon_deployment_mode == 'test':
            return self.env._("Cancelled by Amazon, like every test order: nothing was ordered")
        return self._amazon_cancellation_sentence(self._amazon_entered_by())

    def _amazon_request_sentence(self):
        """Say what became of the request of an approved order.

        :rtype: str
        """
        if self._amazon_is_unqueued():
            return self.env._("A purchase order in Odoo, but not ordered at Amazon")
        request = self._amazon_request()
        match self._amazon_settled_state(request):
            case 'queued':
                return self._amazon_queued_sentence(request)
            case 'sent':
                return self._amazon_and_progress(
                    self.env._("At Amazon since %s", self._amazon_when(request.last_try_at)))
            case 'cancelled':
                return self._amazon_cancelled_sentence()
            case 'confirmed' | 'partial' as state:
                return self._amazon_and_progress(self._amazon_confirmed_sentence(state))
            case 'refused':
                return self._amazon_declined_sentence(request)
            case 'unclear' if request.sent_elsewhere:
                return self.env._("Possibly sent from another database; it is unclear whether Amazon has it")
            case 'unclear':
                return self.env._(
                    "Sent at %s, but it is unclear whether Amazon has it", self._amazon_when(request.last_try_at))
        return dict(self._fields['amazon_state']._description_selection(self.env))[self.amazon_state]

    def _amazon_declined_sentence(self, request):
        """Say why an order was declined or not sent.

        :param request: its order request, an `amazon.punchout.document`
        :rtype: str
        """
        tried = self._amazon_when(request.last_try_at)
        if request.is_answer_unread:
            return self.env._(
                "Sent at %(tried)s, but the order address answered with HTTP %(code)s: check whether Amazon has it",
                tried=tried, code=request.answer_code)
        if request.answer_code:
            return self.env._("Declined by Amazon at %(tried)s: %(reason)s", tried=tried, reason=request.reason)
        if request._is_left_to_original():
            return self.env._(
                "Not sent: this database is a neutralized copy, and the original database sends the order")
        return self.env._("Not sent: %s", request.reason)

    def _amazon_queued_sentence(self, request):
        """Say why an order has not been sent yet, and when it will be.

        :param request: its order request, an `amazon.punchout.document`
        :rtype: str
        """
        group = self.amazon_group_id
        if request.state == 'sending':
            return self.env._("Being sent to Amazon since %s", self._amazon_when(request.last_try_at))
        if group.state == 'draft':
            return self.env._("Not sent yet: the Amazon group %s is in draft", group.name)
        if group._sending_stopped_reason():
            return self.env._("Not sent: this database may be a copy; see the Amazon group %s", group.name)
        next_try = self._amazon_when(request.next_try_at)
        if next_try and request.reason:
            return self.env._("Not sent yet: %(reason)s. Next try: %(next)s", reason=request.reason, next=next_try)
        if next_try:
            return self.env._("Not sent yet. Next try: %s", next_try)
        return self.env._("On its way to Amazon")

    def _amazon_settled_state(self, request):
        """Give the state that the order is about to get: the outcome of a try is stored on the document first.

        :param request: as for :meth:`_amazon_queued_sentence`
        :rtype: str
        """
        if self.amazon_state == 'queued' and request.state in ('sent', 'refused', 'unclear'):
            return request.state
        return self.amazon_state

    def _amazon_when(self, moment):
        """Write a moment as the reader would say it: the time of today, the weekday of this week, else the date.

        :param datetime moment: in UTC
        :rtype: str
        """
        if not moment:
            return ""
        tz = self._amazon_reader_tz()
        reader = self.with_context(tz=tz)
        local, now = (fields.Datetime.context_timestamp(reader, each) for each in (moment, fields.Datetime.now()))
        days = abs((local.date() - now.date()).days)
        if days > 6:
            return self._amazon_date_and_time(moment)
        time = format_time(self.env, moment, tz=tz, time_format='short')
        if not days:
            return time
        return self.env._(
            "%(weekday)s %(time)s", weekday=format_datetime(self.env, moment, tz=tz, dt_format='EEEE'), time=time)

    def _amazon_date_and_time(self, moment):
        """Write a moment with its date, for what is read on another day, too.

        :param datetime moment: in UTC
        :return: the moment in the reader's own language and time zone
        :rtype: str
        """
        return say_moment(self.env, moment, self._amazon_reader_tz())

    def _amazon_reader_tz(self):
        """Give the time zone of the person who reads.

        :rtype: str
        """
        return self.env.context.get('tz') or self.env.user.tz or 'UTC'

    # === PROBLEMS === #

    def _amazon_problem_sentence(self):
        """Say what is wrong and what to do about it.

        :return: the sentence, or False
        :rtype: str | bool
        """
        self.ensure_one()
        if self._amazon_is_unqueued():
            return self.env._(
                "Order %s became a purchase order in Odoo without being ordered at Amazon. Another addon probably "
                "skipped this step. Press Order at Amazon, or cancel the order.", self.name,
            ) if self._amazon_may_solve() else self.env._(
                "Order %s became a purchase order in Odoo without being ordered at Amazon. Another addon probably "
                "skipped this step. Ask a user who can approve the order to order it at Amazon, or cancel it.",
                self.name)
        request = self._amazon_request()
        reason = (request.reason or "").rstrip('.')
        match self._amazon_settled_state(request):
            case 'refused' if not self._amazon_may_solve():
                return self.env._(
                    "%(status)s. A user with access to Purchase decides what happens next.",
                    status=self._amazon_declined_sentence(request).rstrip('.'))
            case 'refused' if request.is_answer_unread:
                return self.env._(
                    "The order address answered with HTTP %(code)s after all of order %(order)s was sent to it, so "
                    "Amazon may have the order. Look for it under Your Orders on Amazon before you press Send Again or "
                    "Cancel. Check the Purchase Order Request Address and the credentials of the Amazon group "
                    "%(group)s, too.", code=request.answer_code, order=self.name, group=self.amazon_group_id.name)
            case 'refused' if request.answer_code:
                return self.env._(
                    "Amazon declined order %(order)s: %(reason)s. Fix what it mentions and press Send Again, or cancel "
                    "the order.", order=self.name, reason=reason)
            case 'refused' if request._is_left_to_original():
                return self.env._(
                    "Order %s was not sent to Amazon: this database is a neutralized copy, and the original database "
                    "sends the order. To order it from here as well, press Send Again; otherwise cancel the order.",
                    self.name)
            case 'refused':
                return self.env._(
                    "Order %(order)s was not sent to Amazon: %(reason)s. Fix this and press Send Again, or cancel the "
                    "order.", order=self.name, reason=reason)
            case 'unclear' if not self._amazon_is_decider():
                return self.env._(
                    "%(reason)s. A purchase manager or an Amazon administrator looks for order %(order)s under Your "
                    "Orders on Amazon and decides what happens next. Until then, don't order the items again.",
                    reason=reason, order=self.name)
            case 'unclear':
                return self.env._(
                    "%(reason)s. Look for order %(order)s under Your Orders on Amazon. If it is there, press "
                    "Amazon Has It. If not, press Send Again. Only purchase managers and Amazon administrators can do "
                    "that.",
                    reason=reason, order=self.name)
        return False

    @api.model
    def _amazon_is_decider(self):
        """Tell whether the user may decide whether Amazon has an order.

        :rtype: bool
        """
        user = self.env.user
        return user.has_group('purchase.group_purchase_manager') or user.has_group(
            'amazon_punchout.group_administrator')

    def _amazon_may_solve(self):
        """Tell whether the current user has the buttons that solve the problem of this order.

        :rtype: bool
        """
        self.ensure_one()
        if not self.env.user.has_group('purchase.group_purchase_user'):
            return False
        if self._amazon_is_unqueued():
            return self._amazon_approval_allowed()
        return self._amazon_is_decider() or self._amazon_settled_state(self._amazon_request()) != 'unclear'

    def _amazon_person_to_notify(self):
        """Find the user to notify of the problem of this order: whom its group notifies, or else who can solve it.

        :return: at most one `res.users`, in superuser mode
        """
        self.ensure_one()
        return self.amazon_group_id._person_to_notify(self.amazon_requester_id, self._amazon_may_be_solved_by)

    def _amazon_may_be_solved_by(self, person):
        return self.with_user(person).sudo()._amazon_may_solve()  # sudo() keeps the user whose roles count

    def _amazon_raise_problem(self, sentence=None):
        """Raise one activity for the person who is notified of the order's problem, or update its text.

        :param str sentence: what happened and what to do, if it is not what that person reads on the order
        """
        self.ensure_one()
        holders = notified(self)
        person = holders.filtered(self._amazon_may_be_solved_by)[:1] or self._amazon_person_to_notify()
        if holders and person not in holders:  # it was solved by others as long as it was not unclear
            close_problem(self)
        order = self.with_user(person or self.env.user).sudo().with_context(
            lang=person.lang or self.env.lang, tz=person.tz)
        raise_problem(
            self, person, order._amazon_problem_title(),
            Markup("<p>%s</p>") % (sentence or order._amazon_problem_sentence()),
            may_solve=self._amazon_may_be_solved_by)

    def _amazon_problem_title(self):
        """Say in the title of an activity and its e-mail what the problem is.

        :rtype: str
        """
        values = {'order': self.name, 'items': self._amazon_items_title()}
        match self.amazon_state:
            case 'refused':
                return self.env._("Amazon declined order %(order)s: %(items)s", **values)
            case 'unclear':
                return self.env._("Find out whether Amazon has order %(order)s: %(items)s", **values)
        return self.env._("Order %(order)s was not sent to Amazon: %(items)s", **values)

    def _amazon_close_problem(self):
        """Mark the problem as solved."""
        close_problem(self)

    def _amazon_entered_by(self):
        """Find who entered the newest confirmation.

        :return: the `res.users`; none if Amazon sent it
        """
        self.ensure_one()
        return self.amazon_document_ids.filtered(
            lambda document: document.document_type == 'ConfirmationRequest' and document.is_applied,
        ).sorted('id')[-1:].entered_by_id

    def _amazon_cancellation_sentence(self, person):
        """Say who cancelled the order and why, without presenting what a person entered as Amazon's message.

        :param person: the `res.users` who entered that the order is cancelled; none if Amazon sent it
        :rtype: str
        """
        reasons = self._amazon_reasons()
        if person and reasons:
            return self.env._("Order cancelled. Reason: %s.", reasons)
        if person:
            return self.env._("Order cancelled, as entered by %s", person.name)
        if reasons:
            return self.env._("Order cancelled by Amazon. Reason: %s.", reasons)
        return self.env._("Order cancelled by Amazon")

    def _amazon_reasons(self):
        """List Amazon's reasons for what it rejects, each once.

        :return: the reasons without a full stop; empty if it gave none
        :rtype: str
        """
        return "; ".join(dict.fromkeys(filter(None, self._amazon_item_lines().mapped('amazon_reason')))).rstrip('.')

    def _amazon_cart_sentences(self):
        """Override to say how long Amazon holds the price."""
        sentences = super()._amazon_cart_sentences()
        return [*sentences, (10, self._amazon_hold_sentence())]

    def _amazon_hold_sentence(self):
        """Say whether the cart waits for approval, and how long Amazon holds its price.

        :rtype: str
        """
        held = self._amazon_when(self.amazon_valid_until)
        if self.state == 'to approve':
            since = self._amazon_when(self.amazon_asked_at)
            if self.amazon_hold_over:
                return self.env._(
                    "Waiting for approval since %(since)s; Amazon held the price only until %(held)s",
                    since=since, held=held)
            return self.env._(
                "Waiting for approval since %(since)s, price held until %(held)s", since=since, held=held)
        if self.amazon_hold_over:
            return self.env._("Not ordered yet; Amazon held the price only until %s", held)
        return self.env._("Not ordered yet, price held until %s", held)
