import logging
import time
from datetime import timedelta
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying

from ... import cxml
from ...const import GATEWAY_ERRORS, PROBE_TIMEOUT, RETRY_MINUTES
from ...tools.http_post import HttpError, post_cxml
from ...tools.log import log_document
from ...tools.masking import masked
from ...tools.moments import utc_now
from ...tools.payload_id import new_payload_id
from ...tools.sentences import Reason, shortened

_logger = logging.getLogger(__name__)

LONGEST_REASON = 1000


class AmazonPunchoutOutbox(models.Model):
    """The outbox of a group: when it had its last turn, and whether it rests since Amazon does not answer.

    It is a row of its own, since the senders write it: a sender that wrote the group would get in the way of people who
    edit that. Only the sender that holds the group's lock writes it, and a person who has Amazon asked at once.
    """
    _name = 'amazon.punchout.outbox'
    _description = "Amazon Outbox"
    _rec_name = 'group_id'

    group_id = fields.Many2one(
        'amazon.punchout.group', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='group_id.company_id', store=True, precompute=True)
    last_turn_at = fields.Datetime(
        "Last Turn", readonly=True, help="Among the groups with orders to send, the one whose turn was first is next.")
    failures = fields.Integer(readonly=True, help="The number of attempts in a row without a clear answer.")
    rests_until = fields.Datetime(
        readonly=True, help="Until then nothing of the group is sent. Then Odoo asks whether Amazon answers again.")
    rested_at = fields.Datetime("Last Rest", readonly=True, help="When Amazon did not answer the last time.")
    reason = Reason(readonly=True, help="Why the group rests.")

    _group_uniq = models.UniqueIndex("(group_id)", "The group already has an outbox.")

    # === TURNS === #

    @api.model
    def _begin_turn(self, group_id):
        """Note that it is the turn of a group now.

        It ends with a serialization error, and is repeated, if another sender had a turn of this group meanwhile.

        :param int group_id: of the group, whose lock the caller holds
        :return: the outbox of the group
        """
        self.flush_model()
        self.env.cr.execute(
            """
            INSERT INTO amazon_punchout_outbox (group_id, company_id, failures, last_turn_at)
            SELECT id, company_id, 0, clock_timestamp() AT TIME ZONE 'UTC' FROM amazon_punchout_group WHERE id = %s
                ON CONFLICT (group_id) DO UPDATE SET last_turn_at = EXCLUDED.last_turn_at
             RETURNING id
            """, [group_id])
        outbox = self.browse(self.env.cr.fetchone())
        outbox.invalidate_recordset()
        return outbox

    # === RESTS === #

    @api.model
    def _of(self, group):
        """Find the outbox of a group.

        :param group: an `amazon.punchout.group`
        :return: none if nothing of it was ever sent
        """
        return self.search([('group_id', '=', group.id)])

    @api.model
    def _resting_groups(self, moment):
        """Find the groups that rest at a moment, or do so later.

        :param datetime moment: in UTC
        :return: `amazon.punchout.group` records
        """
        return self.search([('rests_until', '>', moment)]).group_id

    def _pause(self):
        """Give the length of the next rest.

        :rtype: timedelta
        """
        return timedelta(minutes=RETRY_MINUTES[min(self.failures, len(RETRY_MINUTES) - 1)])

    def _rest(self, reason):
        """Have the group rest, longer each time, and wake the sender afterwards.

        :param str reason: what is wrong, without a full stop
        """
        self.ensure_one()
        now = fields.Datetime.now()
        until = now + self._pause()
        self.write({
            'failures': self.failures + 1, 'rests_until': until, 'rested_at': now,
            'reason': shortened(reason, LONGEST_REASON)})
        self.env['amazon.punchout.document']._wake_sender(at=until)

    def _note_clear_answer(self):
        """Note that Amazon has answered clearly to an order: all is well."""
        if self.failures or self.rests_until:
            self.write({'failures': 0, 'rests_until': False, 'reason': False})

    def _end_rest(self):
        """End the rest; if the next order fails as well, the next rest is longer still."""
        self.filtered('rests_until').rests_until = False

    def _ask_now(self):
        """Have the groups that rest be asked at once: no order is risked if Amazon still does not answer."""
        self.filtered('rests_until').rests_until = fields.Datetime.now()

    # === ASKING WITHOUT AN ORDER === #

    def _probe(self):
        """Ask whether Amazon answers again, and let the orders go on or the group rest."""
        self.ensure_one()
        fault = self._find_fault()
        retrying(partial(self._rest, fault) if fault else self._end_rest, self.env)

    def _find_fault(self):
        """Ask the address of orders for its profile, which orders nothing.

        By the ProfileRequest of cXML a server is asked what it accepts, and whether it is there. That a connection
        comes about proves little: a server that hangs accepts one. What Amazon answers to this kind of document is not
        known, so every answer counts, but those of a gateway that does not reach the server behind it.

        :return: what is wrong, without a full stop; None if the next order may be tried
        :rtype: str | None
        """
        group = self.group_id
        lang = group._person_to_notify().lang or self.env.lang
        document = self.env['amazon.punchout.document'].with_context(lang=lang)
        payload_id, started = new_payload_id(self.env.cr.dbname), time.monotonic()
        try:
            url, secret = group.order_url or "", group._secret('shared_secret')
            networks = group._allowed_networks()
            body = cxml.with_shared_secret(cxml.write_profile_request(
                payload_id, utc_now(), group._prepare_header(), group._deployment_mode()), secret)
        except (UserError, cxml.CxmlError):  # the order that is next says so to its people
            return None
        except psycopg2.OperationalError:
            raise  # nothing can be stored
        except Exception:  # of another addon, for example: no sender would come past this group
            self.env.cr.rollback()
            _logger.exception("Amazon could not be asked for group %s", self.group_id.id)
            return None
        if not secret:
            return document._("the Amazon group %s has no Shared Secret", group.name)
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        fault = None
        try:
            answer = post_cxml(url, body, PROBE_TIMEOUT, networks)
            if answer.status in GATEWAY_ERRORS:
                fault = document._("the order address answers with HTTP %s", answer.status)
        except HttpError as error:
            fault = masked(document._explain_http_error(error), secret)
        log_document(_logger, 'asked', 'ProfileRequest', payload_id, order=None,
                     outcome="no answer" if fault else "answered", started=started)
        return fault
