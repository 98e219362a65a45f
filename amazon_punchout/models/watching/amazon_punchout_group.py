import logging

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.convert import convert_file

from ...const import SENDER
from ...tools.problems import close_problem, is_raised, raise_problem
from ...tools.steps import CONFLICTS, attempt

_logger = logging.getLogger(__name__)

ACTIVITY_WATCH = 'amazon_punchout.mail_activity_watch'
# What Repair can put right.
REPAIRABLE = ('deleted', 'off')


class AmazonPunchoutGroupWatch(models.Model):
    """What keeps the orders and messages of a group waiting: on its form, and for the people who are notified."""
    _inherit = 'amazon.punchout.group'

    delay = fields.Text(
        "Delays", compute='_compute_delay', compute_sudo=True,
        help="Which scheduled actions don't run, and which orders and messages are late.")
    may_repair = fields.Boolean("Can Be Repaired", compute='_compute_sending_delay', compute_sudo=True)
    sending_delay = fields.Text(
        compute='_compute_sending_delay', compute_sudo=True,
        help="Why the scheduled action that sends orders does not run.")
    is_sender_off = fields.Boolean("Sender Switched Off", compute='_compute_sending_delay', compute_sudo=True)

    # === COMPUTE METHODS === #

    @api.depends('state')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_delay(self):
        """Say what is late, with a number of queries that does not grow."""
        sentences = self._delay_sentences()
        for group in self:
            group.delay = "\n".join(sentences[group.id]) or False

    @api.depends('name')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_sending_delay(self):
        """Say why nothing is sent. All orders of a list read this once."""
        watch = self.env['amazon.punchout.watch']
        actions = watch._scheduled_actions()
        sender = watch._find_stopped(SENDER, actions)
        for group in self:
            group.may_repair = any(action.problem in REPAIRABLE for action in actions)
            group.is_sender_off = bool(sender) and sender.problem in REPAIRABLE
            group.sending_delay = bool(sender) and watch._explain_action(sender)
            if group.is_sender_off:
                group.sending_delay = self.env._(
                    "%(problem)s An Amazon administrator can press Repair on the Amazon group %(group)s.",
                    problem=group.sending_delay, group=group.name)

    # === WHAT IS LATE === #

    def _delay_sentences(self):
        """Say of each group what keeps its orders and messages waiting.

        A check that fails stops neither the others nor the form that shows them.

        :return: sentences by the group's id; none for a draft, in which nothing is sent on purpose
        :rtype: dict[int, list[str]]
        """
        sentences = {group.id: [] for group in self}
        opened = self.filtered(lambda group: group.state != 'draft')
        checks = (opened._delayed_actions, opened._delayed_rests, opened._delayed_orders, opened._delayed_messages)
        for check in checks if opened else ():
            try:
                with self.env.cr.savepoint(flush=False):  # reading a field must not have others written
                    found = check()
            except CONFLICTS:
                raise
            except Exception:
                _logger.exception("The check %s of Amazon groups failed", check.__name__)
                failed = [self.env._(
                    "Odoo could not check everything that may be delayed. An administrator can find the error in the "
                    "server log.")]
                found = dict.fromkeys(opened._origin.ids, failed)
            for group in opened:
                sentences[group.id] += found.get(group._origin.id, [])
        return sentences

    def _delayed_actions(self):
        """Say which scheduled actions don't run; they are the same for all groups. Nobody waits for archived ones.

        :return: as :meth:`_delay_sentences`
        """
        watch = self.env['amazon.punchout.watch']
        actions = [action for action in watch._scheduled_actions() if action.problem]
        # If nothing runs, all of them have the same sentence.
        sentences = list(dict.fromkeys(map(watch._explain_action, actions)))
        return dict.fromkeys(self._origin.filtered('active').ids, sentences)

    def _delayed_rests(self):
        """Say which groups get no answer while orders of theirs wait: one sentence for all of their orders.

        A rest that is over does not end this, only an answer does, or people would be notified after each rest.

        :return: as :meth:`_delay_sentences`
        """
        failing = self._origin.filtered(lambda group: any(group.outbox_ids.mapped('failures')))
        if not failing:
            return {}
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # a number only
        counts = documents_sudo._read_group([
            ('group_id', 'in', failing.ids), ('state', '=', 'queued'), ('document_type', '=', 'OrderRequest'),
        ], ['group_id'], ['__count'])
        return {group.id: [group._rest_sentence(count)] for group, count in counts
                if not group._sending_stopped_reason()}

    def _rest_sentence(self, count):
        """Say why the orders of this group wait, and until when.

        :param int count: how many wait
        :rtype: str
        """
        self.ensure_one()
        values = {'reason': self.outbox_ids.reason, 'count': count}
        if resting := self._resting_outbox():
            return self.env._(
                "Amazon does not answer to orders of this group: %(reason)s. Orders that wait: %(count)s. Next try: "
                "%(next)s. Press Send Now to ask Amazon at once.",
                next=self.env['amazon.punchout.watch']._when(resting.rests_until), **values)
        return self.env._(
            "Amazon did not answer to orders of this group: %(reason)s. Orders that wait: %(count)s. Odoo is about to "
            "try again.", **values)

    def _delayed_orders(self):
        """Count the orders that should have been sent by now; a group that is stopped says why they wait.

        :return: as :meth:`_delay_sentences`
        """
        counts = self._count_late('_late_order_domain')
        return {
            group.id: [self.env._("Orders that should have been sent by now: %(count)s.", count=counts[group.id])]
            for group in self._origin if group.id in counts and not group._sending_stopped_reason()}

    def _delayed_messages(self):
        """Count the messages that should have been processed by now.

        :return: as :meth:`_delay_sentences`
        """
        counts = self._count_late('_late_message_domain')
        return {
            group_id: [self.env._(
                "Messages from Amazon that should have been processed by now: %(count)s.", count=count)]
            for group_id, count in counts.items()}

    def _count_late(self, domain_name):
        """Count the late documents of these groups.

        :param str domain_name: of the method of the document that finds them
        :return: the counts by the group's id
        :rtype: dict[int, int]
        """
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # a number only
        counts = documents_sudo._read_group(
            [('group_id', 'in', self._origin.ids), *getattr(documents_sudo, domain_name)()], ['group_id'], ['__count'])
        return {group.id: count for group, count in counts}

    # === NOTIFYING === #

    def _notify_delay(self, informed):
        """Raise one activity about what keeps orders and messages waiting, and close it once nothing does.

        The responsible may not be able to repair anything, so administrators of the addon get a message, once.

        :param set informed: ids of the partners who were informed in this run
        :return: ids of those who were informed now, which counts once it is committed
        :rtype: set[int]
        """
        self.ensure_one()
        person = self._person_to_notify()
        group = self.with_context(lang=person.lang or self.env.lang, tz=person.tz)
        sentences = group._delay_sentences()[group.id]
        is_open = is_raised(group, ACTIVITY_WATCH)
        if not sentences:
            if is_open:
                close_problem(group, activity_type=ACTIVITY_WATCH)
            return set()
        note = Markup().join(Markup("<p>%s</p>") % sentence for sentence in [
            *sentences, group.env._("An Amazon administrator can open the Amazon group %s for details.", group.name)])
        title = group.env._("Amazon orders or messages are delayed")
        raise_problem(group, person, title, note, activity_type=ACTIVITY_WATCH)
        if is_open:
            return set()
        partners = (group._people_of('amazon_punchout.group_administrator') - person).partner_id
        new = partners.filtered(lambda partner: partner.id not in informed)
        message, _error = attempt(
            self.env, lambda: new and group.message_post(subject=title, body=note, partner_ids=new.ids),
            f"Administrators could not be informed of delays of Amazon group {self.id}")
        return set(new.ids) if message else set()

    # === ACTIONS === #

    def action_repair(self):
        """Switch the scheduled actions of the addon on, and create those again that were deleted."""
        self.ensure_one()
        self._repair()

    def _repair(self):
        """Repair the scheduled actions, and note it on these groups.

        :raises UserError: this is a neutralized copy, or one is running at the moment
        """
        self.check_access('write')
        watch = self.env['amazon.punchout.watch']
        if watch._is_neutralized():
            raise UserError(self.env._(
                "This database is a neutralized copy: its scheduled actions stay switched off."))
        actions = [action for action in watch._scheduled_actions() if action.problem in REPAIRABLE]
        # Scheduled actions belong to system administrators. These are the addon's own, and nothing of them is chosen.
        crons_sudo = self.env['ir.cron'].sudo()
        crons_sudo.browse(action.cron_id for action in actions if action.problem == 'off').active = True
        if any(action.problem == 'deleted' for action in actions):
            # Both create what is missing and leave the rest as it is.
            convert_file(
                self.with_user(SUPERUSER_ID).env, 'amazon_punchout', 'data/ir_cron_data.xml', {}, noupdate=True)
            self.env['amazon.punchout.senders']._make()
        self.env['amazon.punchout.document']._wake_sender()
        self.env['amazon.punchout.document']._wake_processing()
        self.invalidate_recordset(['delay', 'may_repair', 'sending_delay', 'is_sender_off'])
        for group in self:
            if actions:
                group.message_post(body=group.env._(
                    "Switched on: %s.", ", ".join(f"“{action.name}”" for action in actions)))
            if not group.delay:
                close_problem(group, activity_type=ACTIVITY_WATCH)
