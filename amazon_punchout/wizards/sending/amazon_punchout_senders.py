from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import MAX_SENDERS, SENDER

PARAMETER = 'amazon_punchout.senders'


class AmazonPunchoutSenders(models.TransientModel):
    """Sets how many senders there are: scheduled actions that send orders at the same time.

    Odoo runs one scheduled action in one thread at a time, so each sender is one of its own. Groups share them.
    """
    _name = 'amazon.punchout.senders'
    _description = "Amazon Senders"

    count = fields.Integer(
        "Senders", required=True, default=lambda self: self._count(),
        help="How many groups can send orders at the same time. Each group has at most one sender. Each sender needs a "
             "thread for scheduled actions: set max_cron_threads in odoo.conf to at least one more than the number of "
             "senders, counted over all Odoo servers of this database.")

    @api.constrains('count')
    def _check_count(self):
        for senders in self:
            if not 1 <= senders.count <= MAX_SENDERS:
                raise ValidationError(self.env._("Enter a number of senders from 1 to %s.", MAX_SENDERS))

    # === WHICH THERE ARE === #

    @api.model
    def _count(self):
        """Give the number of senders that an administrator has set.

        :rtype: int
        """
        value = self.env['ir.config_parameter'].sudo().get_param(PARAMETER) or ''  # only system administrators read it
        return min(max(int(value), 1), MAX_SENDERS) if value.isdecimal() else 1

    @api.model
    def _keys(self):
        """Give the external ids of the scheduled actions that send, without the module.

        :rtype: list[str]
        """
        return [SENDER, *(f'{SENDER}_{number}' for number in range(2, self._count() + 1))]

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
        self.env['ir.config_parameter'].sudo().set_param(PARAMETER, str(self.count))
        self._make_senders()
        return {'type': 'ir.actions.act_window_close'}

    @api.model
    def _make_senders(self):
        """Make the scheduled actions that are missing, and remove those that are too many."""
        keys = self._keys()
        data_sudo = self.env['ir.model.data'].sudo()  # scheduled actions belong to system administrators
        known = {row_sudo.name: row_sudo.res_id for row_sudo in data_sudo.search([
            ('module', '=', 'amazon_punchout'), ('model', '=', 'ir.cron'), ('name', '=like', f'{SENDER}%')])}
        for key in known.keys() - set(keys):
            cron_sudo = self.env['ir.cron'].sudo().browse(known[key])
            action_sudo = cron_sudo.ir_actions_server_id
            cron_sudo.unlink()
            action_sudo.unlink()
        for number, key in enumerate(keys[1:], 2):
            if key not in known:
                cron_sudo = self.env['ir.cron'].sudo().create(self._prepare_sender(number))
                data_sudo.create({
                    'module': 'amazon_punchout', 'name': key, 'model': 'ir.cron', 'res_id': cron_sudo.id,
                    'noupdate': True})

    @api.model
    def _prepare_sender(self, number):
        """Prepare the values of another scheduled action that sends.

        :param int number: of the sender, from 2 on
        :rtype: dict
        """
        return {
            'name': f"Amazon: send approved orders ({number})",  # in English, as all names in the data
            'model_id': self.env['ir.model']._get_id('amazon.punchout.document'),
            'user_id': self.env.ref('base.user_root').id,
            'state': 'code',
            'code': 'model._cron_send()',
            'interval_number': 10,
            'interval_type': 'minutes',
            'priority': 3,
            'active': not self.env['ir.config_parameter'].sudo().get_param('database.is_neutralized'),
        }
