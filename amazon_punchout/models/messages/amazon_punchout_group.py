import hmac

from odoo import api, models

from ...const import ROTATED

# Compared with in any case, so that an unknown group takes no less time than a wrong secret.
NO_SECRET = b'no group has this'
# What authentication reads of the groups that a sender names, in one query.
ENDPOINT_FIELDS = [
    'identity', 'credential_domain', 'company_id', 'secret_name', *(
        f'{prefix}{name}{suffix}' for name in ROTATED for prefix, suffix in (
            ('', ''), ('old_', ''), ('old_', '_until'), ('old_', '_used_at'), ('new_', '_used_at')))]


class AmazonPunchoutGroupEndpoint(models.Model):
    """Authentication of Amazon's messages: the groups whose secret a document has.

    Several groups may share credentials, so all of them are found; the order that a document names decides among them.
    Groups in draft are found as well, since their orders may still be under way. Archived groups receive no messages.
    """
    _inherit = 'amazon.punchout.group'

    @api.model
    def _named_by_basic(self, authorization):
        """Find the groups whose user HTTP Basic names.

        :param authorization: a `werkzeug.datastructures.Authorization`, None where the header could not be read
        :return: the groups in superuser mode, or an empty recordset
        """
        user = authorization.username if authorization else None
        user = None if '\0' in (user or '') else user  # no database stores one
        return self.sudo().search_fetch(
            [('inbound_user', '=', user)], ENDPOINT_FIELDS, order='id') if user else self.sudo().browse()

    def _authenticate_basic(self, authorization):
        """Find the groups of a user and password of HTTP Basic.

        :param authorization: as for :meth:`_named_by_basic`
        :return: the groups in superuser mode, or an empty recordset
        """
        password = authorization.password if authorization else None
        return self._named_by_basic(authorization)._with_secret(password, ('inbound_password',))

    @api.model
    def _named_by_header(self, envelope):
        """Find the groups that To or Sender names.

        :param cxml.RequestEnvelope envelope: who sends the document
        :return: the groups in superuser mode, or an empty recordset
        """
        header = envelope.header
        named = {(each.domain.casefold(), each.identity) for each in (*header.to, *header.sender) if each.identity}
        candidates_sudo = self.sudo().search_fetch(
            [('identity', 'in', [identity for _domain, identity in named])], ENDPOINT_FIELDS, order='id',
        ) if named else self.sudo().browse()
        return candidates_sudo.filtered(lambda group: (group.credential_domain.casefold(), group.identity) in named)

    def _authenticate_secret(self, envelope):
        """Find the groups that To or Sender names and whose secret is in Sender.

        :param cxml.RequestEnvelope envelope: who sends the document
        :return: the groups in superuser mode, or an empty recordset
        """
        return self._named_by_header(envelope)._with_secret(
            envelope.shared_secret, ('shared_secret', 'inbound_password'))

    def _with_shared_credentials(self):
        """Add the groups that share credentials with these: same company, same identity and same shared secret.

        One set of credentials may serve several groups, and Amazon sends the messages of all of them one way, e.g. with
        the user of one of them. An identity alone proves nothing, since it is no secret. A secret that one group still
        has and the other has changed must not speak for both: only the present ones are compared, not an old one that
        is accepted for some days.

        :return: these groups first, in superuser mode
        """
        groups_sudo = self.sudo()
        others_sudo = groups_sudo.search([
            ('identity', 'in', [identity for identity in groups_sudo.mapped('identity') if identity]),
            ('company_id', 'in', groups_sudo.company_id.ids), ('id', 'not in', groups_sudo.ids)], order='id')
        return groups_sudo | others_sudo.filtered(lambda other: any(map(other._shares_credentials_with, groups_sudo)))

    def _shares_credentials_with(self, other):
        """Tell whether two groups have the same credentials at Amazon.

        :param other: an `amazon.punchout.group`, in superuser mode as this one
        :rtype: bool
        """
        secret = self._secret('shared_secret')
        return (self.company_id == other.company_id and self._has_identity_of(other)
                and bool(secret) and secret == other._secret('shared_secret'))

    def _with_secret(self, secret, names):
        """Keep the groups that have a secret, in a time that reveals nothing about it.

        :param str | None secret: as it came; no group has an empty one
        :param names: the fields that it may be in
        """
        sent = (secret or '').encode()
        hmac.compare_digest(sent, NO_SECRET)
        if not sent:
            return self.browse()
        return self.filtered(lambda group: group._accepts_secret(sent, names))
