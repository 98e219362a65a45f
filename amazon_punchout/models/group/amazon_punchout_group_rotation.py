import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...const import MIN_PASSWORD, OVERLAP_DAYS, ROTATED
from ...tools.checklist import RECOMMENDED, Check
from ...tools.said import say_moment

# The use of a secret is noted at most once in this time, so that not every message writes on the group.
NOTED = timedelta(hours=1)
GUARDED = {'copy': False, 'readonly': True, 'exportable': False, 'groups': 'base.group_system'}
STATUS = {'compute': '_compute_old_status', 'exportable': False, 'groups': 'amazon_punchout.group_administrator'}


class AmazonPunchoutGroupRotation(models.Model):
    """New secrets for old ones: Amazon can't change over at the same moment as Odoo, so both are accepted for a time.

    What Odoo sends always has the present secret.
    """
    _inherit = 'amazon.punchout.group'

    old_inbound_password = fields.Char(**GUARDED)
    old_inbound_password_until = fields.Datetime(**GUARDED)
    old_inbound_password_used_at = fields.Datetime(**GUARDED)
    new_inbound_password_used_at = fields.Datetime(**GUARDED)
    old_inbound_password_status = fields.Char(**STATUS)
    old_shared_secret = fields.Char(**GUARDED)
    old_shared_secret_until = fields.Datetime(**GUARDED)
    old_shared_secret_used_at = fields.Datetime(**GUARDED)
    new_shared_secret_used_at = fields.Datetime(**GUARDED)
    old_shared_secret_status = fields.Char(**STATUS)

    # === COMPUTE METHODS === #

    @api.depends(*(f'{prefix}_{name}_{what}' for name in ROTATED
                   for prefix, what in (('old', 'until'), ('old', 'used_at'), ('new', 'used_at'))))
    @api.depends_context('lang', 'tz')
    def _compute_old_status(self):
        for group in self:
            group_sudo = group.sudo()  # moments only
            for name in ROTATED:
                group[f'old_{name}_status'] = group._is_old_accepted(name) and group_sudo._old_sentence(name)

    def _old_sentence(self, name):
        """Say until when the old secret is accepted, and whether Amazon has changed over to the new one.

        :param str name: of the field
        :rtype: str
        """
        def moment(prefix, what):
            value = self[f'{prefix}_{name}_{what}']
            return say_moment(self.env, value) if value else self.env._("never")

        return self.env._(
            "The old value is also accepted until %(until)s. Last used: the old one %(old)s, the new one %(new)s.",
            until=moment('old', 'until'), old=moment('old', 'used_at'), new=moment('new', 'used_at'))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to take no short password."""
        for vals in vals_list:
            self._check_new_password(vals.get('inbound_password'))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `mail` to take no short password, and to go on accepting a secret that is replaced."""
        if not vals.keys() & set(ROTATED):
            return super().write(vals)
        before = [(group, name, group[name]) for group in self.sudo() for name in ROTATED]
        if any(name == 'inbound_password' and old != vals.get(name) for _group, name, old in before):
            self._check_new_password(vals.get('inbound_password'))
        result = super().write(vals)
        for group_sudo, name, old in before:
            if old and old != group_sudo[name]:
                group_sudo._replace_secret(name, old)
        return result

    @api.model
    def _check_new_password(self, password):
        """Check that a password is not too short. Those that exist go on, and the checklist recommends another one.

        :param str | None password: as entered
        :raises ValidationError: it is too short
        """
        if password and len(password) < MIN_PASSWORD:
            raise ValidationError(self.env._(
                "The HTTP Basic Password needs at least %s characters. Press Generate Password.", MIN_PASSWORD))

    def _replace_secret(self, name, old):
        """Go on accepting the secret that was replaced, of three the one that Amazon used.

        A secret that is removed ends both. A draft's is not kept, since it may have been typed wrong.

        :param str name: of the field
        :param str old: the value before
        """
        if not self[name] or self.state == 'draft':
            self._stop_accepting_old(name)
        elif self._is_old_accepted(name) and not self[f'new_{name}_used_at']:
            # Changed twice, before Amazon used the first change: it still has the one before.
            self[f'old_{name}_until'] = fields.Datetime.now() + timedelta(days=OVERLAP_DAYS)
        else:
            self.write({
                f'old_{name}': old,
                f'old_{name}_until': fields.Datetime.now() + timedelta(days=OVERLAP_DAYS),
                f'old_{name}_used_at': False,
                f'new_{name}_used_at': False,
            })

    def _stop_accepting_old(self, name):
        """Forget the old value of a secret.

        :param str name: of the field
        """
        self.sudo().write(dict.fromkeys(
            (f'old_{name}', f'old_{name}_until', f'old_{name}_used_at', f'new_{name}_used_at'), False))

    # === ACCEPTING === #

    def _is_old_accepted(self, name):
        """Tell whether the old value of a secret is still accepted.

        :param str name: of the field
        :rtype: bool
        """
        group_sudo = self.sudo()
        until = group_sudo[f'old_{name}_until']
        return bool(group_sudo[f'old_{name}'] and until and until > fields.Datetime.now())

    def _accepts_secret(self, sent, names):
        """Tell whether this group accepts a secret, in a time that reveals nothing about its secrets.

        :param bytes sent: as it came, not empty
        :param names: the fields that it may be in
        :rtype: bool
        """
        self.ensure_one()
        group_sudo = self.sudo()  # the sender is no user of Odoo
        matched = []
        for name in names:
            old = group_sudo[f'old_{name}'] if group_sudo._is_old_accepted(name) else ''
            # All are compared: stopping at the first match would reveal it.
            for prefix, value in (('new', group_sudo._secret(name)), ('old', old or '')):
                if hmac.compare_digest(sent, value.encode()):
                    matched.append(f'{prefix}_{name}_used_at')
        for field in matched:
            group_sudo._note_use(field)
        return bool(matched)

    def _note_use(self, field):
        """Note that Amazon used the old or the new value of a secret while both are accepted.

        :param str field: where it is noted
        """
        name = field.removeprefix('new_').removeprefix('old_').removesuffix('_used_at')
        now = fields.Datetime.now()
        if not self._is_old_accepted(name) or (self[field] and self[field] > now - NOTED):
            return
        # Not of those that others write at this moment: messages must not wait for each other.
        self.env.execute_query(SQL(
            "UPDATE amazon_punchout_group SET %s = %s WHERE id IN ("
            "SELECT id FROM amazon_punchout_group WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED) RETURNING id",
            SQL.identifier(field), now, self.id))
        self.invalidate_recordset([field], flush=False)

    @api.autovacuum
    def _forget_old_secrets(self):
        """Delete old secrets that are no longer accepted."""
        now = fields.Datetime.now()
        for name in ROTATED:
            self.sudo().with_context(active_test=False).search(
                [(f'old_{name}_until', '<', now)])._stop_accepting_old(name)

    # === CHECKLIST === #

    def _checklist(self):
        """Override to recommend a longer password instead of one from the time before there was a limit."""
        checks = super()._checklist()
        if 0 < len(self._secret('inbound_password')) < MIN_PASSWORD:
            sentence = self.env._(
                "The HTTP Basic Password is shorter than %s characters. Replace it where it is kept, outside of the "
                "database, and on Amazon.", MIN_PASSWORD,
            ) if self._outside_secret('inbound_password') else self.env._(
                "The HTTP Basic Password is shorter than %s characters. Press Generate Password, and enter the new one "
                "on Amazon. Odoo accepts both for some days.", MIN_PASSWORD)
            checks.append(Check('inbound_password', 42, RECOMMENDED, False, sentence, 'messages', 'inbound_password'))
        return checks

    # === ACTIONS === #

    def action_generate_password(self):
        """Make a new HTTP Basic Password. The old one is still accepted for some days.

        :raises UserError: the password is kept outside of the database
        """
        for group in self:
            if group._outside_secret('inbound_password'):
                raise UserError(self.env._(
                    "The HTTP Basic Password of the Amazon group %s is kept outside of the database. Replace it there.",
                    group.name))
            group.inbound_password = secrets.token_urlsafe(24)

    def action_stop_old_password(self):
        """Accept only the present HTTP Basic Password from now on."""
        self.check_access('write')
        self._stop_accepting_old('inbound_password')

    def action_stop_old_secret(self):
        """Accept only the present Shared Secret from now on."""
        self.check_access('write')
        self._stop_accepting_old('shared_secret')
