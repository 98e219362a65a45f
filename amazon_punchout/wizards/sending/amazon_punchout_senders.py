from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import MAX_SENDERS, PROCESSOR, SENDER, SEVERAL


class Kind(NamedTuple):
    """Scheduled actions of which there may be several.

    :ivar str parameter: the system parameter that has their number
    :ivar str name: of the first one, in English, as all names in the data
    :ivar str method: what they run
    :ivar int interval_number: how often they run if nothing wakes them
    :ivar str interval_type: the unit of that
    """
    parameter: str
    name: str
    method: str
    interval_number: int
    interval_type: str


KINDS = {first: Kind(*values) for first, values in SEVERAL.items()}


class AmazonPunchoutSenders(models.TransientModel):
    """Sets how many orders are sent, and how many messages are processed, at the same time.

    Odoo runs one scheduled action in one thread at a time, so each sender is one of its own, and so is each that
    processes messages. Groups share them. There are two numbers, since senders wait for Amazon and are as many as
    groups, while messages need a processor each.
    """
    _name = 'amazon.punchout.senders'
    _description = "Amazon Senders"

    count = fields.Integer(
        "Senders", required=True, default=lambda self: self._count(SENDER),
        help="How many groups can send orders at the same time. Each group has at most one sender.")
    processor_count = fields.Integer(
        "Messages at a Time", required=True, default=lambda self: self._count(PROCESSOR),
        help="How many of Amazon's messages are processed at the same time. Those of one order are processed one after "
             "the other.")

    @api.constrains('count', 'processor_count')
    def _check_count(self):
        for senders in self:
            if not 1 <= senders.count <= MAX_SENDERS:
                raise ValidationError(self.env._("Enter a number of senders from 1 to %s.", MAX_SENDERS))
            if not 1 <= senders.processor_count <= MAX_SENDERS:
                raise ValidationError(self.env._("Enter a number of messages from 1 to %s.", MAX_SENDERS))

    # === WHICH THERE ARE === #

    @api.model
    def _count(self, first):
        """Give the number of scheduled actions of a kind that an administrator has set.

        :param str first: a key of `KINDS`
        :rtype: int
        """
        # Only system administrators read it.
        value = self.env['ir.config_parameter'].sudo().get_param(KINDS[first].parameter) or ''
        return min(max(int(value), 1), MAX_SENDERS) if value.isdecimal() else 1

    @api.model
    def _keys(self, first):
        """Give the external ids of the scheduled actions of a kind, without the module.

        :param str first: a key of `KINDS`
        :rtype: list[str]
        """
        return [first, *self._more_keys(first)]

    @api.model
    def _more_keys(self, first):
        """Give the external ids of those that an administrator has added to the first one, by their numbers.

        :param str first: a key of `KINDS`
        :rtype: dict[str, int]
        """
        return {f'{first}_{number}': number for number in range(2, self._count(first) + 1)}

    # === ACTIONS === #

    def action_apply(self):
        """Make or remove scheduled actions, until there are as many as were entered."""
        self.ensure_one()
        # pylint: disable-next=no-search-all  # the rule is about every group
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False).search([])
        if not groups_sudo.company_id <= self.env.user.company_ids:
            raise UserError(self.env._(
                "Only an Amazon administrator of all companies that have an Amazon group can set the number of "
                "senders, since all of them share the senders."))
        parameters_sudo = self.env['ir.config_parameter'].sudo()
        parameters_sudo.set_param(KINDS[SENDER].parameter, str(self.count))
        parameters_sudo.set_param(KINDS[PROCESSOR].parameter, str(self.processor_count))
        self._make()
        return {'type': 'ir.actions.act_window_close'}

    @api.model
    def _make(self):
        """Make the scheduled actions that are missing, and remove those that are too many; the first ones stay."""
        for first in KINDS:
            more = self._more_keys(first)
            data_sudo = self.env['ir.model.data'].sudo()  # scheduled actions belong to system administrators
            known = {row_sudo.name: row_sudo.res_id for row_sudo in data_sudo.search([
                ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.cron'), ('name', '=like', rf'{first}\_%')])}
            crons_sudo = self.env['ir.cron'].sudo().with_context(active_test=False)
            for key in known.keys() - more.keys():
                cron_sudo = crons_sudo.browse(known[key])
                action_sudo = cron_sudo.ir_actions_server_id
                cron_sudo.unlink()
                action_sudo.unlink()
            for key, number in more.items():
                if key not in known:
                    cron_sudo = crons_sudo.create(self._prepare_another(first, number))
                    data_sudo.create({
                        'module': 'amazon_punchout', 'name': key, 'model': 'ir.cron', 'res_id': cron_sudo.id,
                        'noupdate': True})

    @api.model
    def _prepare_another(self, first, number):
        """Prepare the values of another scheduled action of a kind.

        :param str first: a key of `KINDS`
        :param int number: its number, from 2 on
        :rtype: dict
        """
        kind = KINDS[first]
        return {
            'name': f"{kind.name} ({number})",
            'model_id': self.env['ir.model']._get_id('amazon.punchout.document'),
            'user_id': self.env.ref('base.user_root').id,
            'state': 'code',
            'code': f'model.{kind.method}()',
            'interval_number': kind.interval_number,
            'interval_type': kind.interval_type,
            'priority': 3,
            'active': not self.env['ir.config_parameter'].sudo().get_param('database.is_neutralized'),
        }
