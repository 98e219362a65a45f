from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import HEALTH_PARAMETER, MIN_HEALTH_TOKEN, PROCESSOR, SENDER

# The overall status, from best to worst.
OK, WARNING, ERROR = STATUSES = ('ok', 'warning', 'error')
# The kinds of problems that keep orders or messages from going on, and those that wait for a person's decision. Bills
# and unclaimed carts are counted only.
ERRORS = ('late_order', 'unqueued', 'late_message', 'stopped')
WARNINGS = ('unclear', 'declined', 'message', 'unreadable', 'cart')
# What is under way: documents to Amazon, and from it.
QUEUES = ('queued', 'sending', 'received', 'waiting')


class AmazonPunchoutHealth(models.AbstractModel):
    """The figures for monitoring.

    They are those of the page Problems and of the watch, with a number of queries that does not depend on how many
    orders there are. Monitoring is in English, like a log.
    """
    _name = 'amazon.punchout.health'
    _description = "Amazon Health"

    @api.model
    def _token(self):
        """Give the token that opens the page.

        :return: the token; None if there is none, or it is too short to protect anything
        :rtype: str | None
        """
        token = self.env['ir.config_parameter'].sudo().get_param(HEALTH_PARAMETER) or ''
        return token if len(token) >= MIN_HEALTH_TOKEN else None

    @api.model
    def _report(self):
        """Collect the figures.

        :rtype: dict
        """
        health = self.with_context(lang='en_US', tz='UTC').sudo()  # the token was checked
        now = fields.Datetime.now()
        actions = health.env['amazon.punchout.watch']._scheduled_actions()
        groups = health._groups(now)
        reasons = health._reasons(groups, actions)
        return {
            'status': max((level for level, _reason in reasons), key=STATUSES.index, default=OK),
            'reasons': [reason for _level, reason in reasons],
            'checked_at': _iso(now),
            'failed_logins_24h': health.env['amazon.punchout.group']._failed_logins_since(now - timedelta(days=1)),
            'scheduled_actions': [{
                'id': action.key, 'name': action.name, 'active': action.is_active, 'problem': action.problem,
                'last_run_at': _iso(action.last_run), 'failures': action.failures,
            } for action in actions],
            'groups': groups,
        }

    def _groups(self, now):
        """Collect the figures of all groups, archived ones too: their orders may be under way.

        :param datetime now: in UTC
        :rtype: list[dict]
        """
        problems, queues, last = self._count_problems(), self._count_queues(), self._find_last()

        def figures(found, group, name):
            count, oldest = found.get((group.id, name), (0, None))
            return {'count': count, 'oldest_seconds': int((now - oldest).total_seconds()) if oldest else 0}

        kinds = [kind for kind, _label in self.env['amazon.punchout.problem']._fields['kind'].selection
                 if kind not in ('scheduled_action', 'stopped')]
        return [{
            'id': group.id, 'name': group.name, 'company': group.company_id.name, 'state': group.state,
            'sends_from_this_database': (group.id, 'stopped') not in problems,
            'queues': {name: figures(queues, group, name) for name in QUEUES},
            'problems': {name: figures(problems, group, name) for name in kinds},
            'last_order_at': _iso(last.get(group.id, (None, None))[0]),
            'last_message_at': _iso(last.get(group.id, (None, None))[1]),
        } for group in self.env['amazon.punchout.group'].with_context(active_test=False).search([], order='id')]

    def _count_problems(self):
        """Count the rows of the page Problems.

        :return: the count and the moment of the oldest, by group and kind
        :rtype: dict[tuple[int, str], tuple[int, datetime]]
        """
        return {
            (group.id, kind): (count, since) for group, kind, count, since in self.env[
                'amazon.punchout.problem']._read_group([], ['group_id', 'kind'], ['__count', 'since:min'])}

    def _count_queues(self):
        """Count the documents that are under way.

        :return: as :meth:`_count_problems`, by group and state
        """
        documents = self.env['amazon.punchout.document']
        documents.flush_model(['state', 'document_type', 'direction', 'session_id', 'queued_at', 'group_id'])
        return {(row[0], row[1]): (row[2], row[3]) for row in self.env.execute_query(SQL(
            """
            SELECT group_id, state, COUNT(*), MIN(COALESCE(queued_at, create_date))
              FROM amazon_punchout_document
             WHERE state IN %s
               AND (document_type = 'OrderRequest' OR direction = 'in' AND session_id IS NULL)
          GROUP BY group_id, state
            """, QUEUES))}

    def _find_last(self):
        """Find when the last order of each group was sent, and when its last message came.

        :rtype: dict[int, tuple[datetime | None, datetime | None]]
        """
        documents = self.env['amazon.punchout.document']
        documents.flush_model(['state', 'document_type', 'account_group_id', 'last_try_at', 'group_id'])
        return {row[0]: row[1:] for row in self.env.execute_query(SQL(
            """
            SELECT punchout_group.id,
                   (SELECT last_try_at FROM amazon_punchout_document
                     WHERE group_id = punchout_group.id AND document_type = 'OrderRequest' AND state = 'sent'
                  ORDER BY id DESC LIMIT 1),
                   (SELECT create_date FROM amazon_punchout_document
                     WHERE group_id = punchout_group.id AND account_group_id IS NOT NULL
                  ORDER BY id DESC LIMIT 1)
              FROM amazon_punchout_group punchout_group
            """))}

    def _reasons(self, groups, actions):
        """Say what is not as it should be.

        :param list[dict] groups: of :meth:`_groups`
        :param list[ScheduledAction] actions: all of them
        :return: each with its level
        :rtype: list[tuple[str, str]]
        """
        watch, reasons = self.env['amazon.punchout.watch'], []
        if watch._is_neutralized():
            reasons.append((WARNING, "This database is a neutralized copy: nothing is sent."))
        if any(group['state'] != 'draft' for group in groups):
            stopped = [watch._find_stopped(first, actions) for first in (SENDER, PROCESSOR)]
            for action in actions:
                if action.problem:
                    level = ERROR if action in stopped else WARNING
                    reasons.append((level, watch._explain_action(action)))
        labels = dict(self.env['amazon.punchout.problem']._fields['kind'].selection)
        for group in groups:
            if not group['sends_from_this_database']:
                reasons.append((ERROR, f"{group['name']}: {labels['stopped']}"))
            for kind, figures in group['problems'].items():
                if figures['count'] and kind in (*ERRORS, *WARNINGS):
                    level = ERROR if kind in ERRORS else WARNING
                    reasons.append((level, f"{group['name']}: {labels[kind]}: {figures['count']}"))
        return reasons

    # === PROMETHEUS === #

    @api.model
    def _as_prometheus(self, report):
        """Write the figures in the text format of Prometheus.

        :param dict report: of :meth:`_report`
        :rtype: str
        """
        metrics = {}

        def add(name, text, value, **labels):
            metrics.setdefault((f'amazon_punchout_{name}', text), []).append((labels, value))

        add('status', "0 is ok, 1 is a warning, 2 is an error.", STATUSES.index(report['status']))
        add('failed_logins_24h', "Wrong passwords and secrets in the last 24 hours.", report['failed_logins_24h'])
        for action in report['scheduled_actions']:
            labels = {'action': action['id']}
            add('scheduled_action_active', "Whether the scheduled action is switched on.", action['active'], **labels)
            add('scheduled_action_problem', "Whether it is off, deleted, failing or not run.", bool(action['problem']),
                **labels)
            add('scheduled_action_failures', "Failures in a row.", action['failures'], **labels)
            add('scheduled_action_last_run_timestamp_seconds', "When it last ran, 0 if never.",
                _timestamp(action['last_run_at']), **labels)
        for group in report['groups']:
            labels = {'group_id': group['id'], 'group': group['name']}
            add('sends_from_this_database', "0 if the group was set up in another database.",
                group['sends_from_this_database'], **labels)
            for state, figures in group['queues'].items():
                add('documents', "Documents under way.", figures['count'], **labels, state=state)
                add('oldest_document_seconds', "Age of the oldest document under way.", figures['oldest_seconds'],
                    **labels, state=state)
            for kind, figures in group['problems'].items():
                add('problems', "What waits for a person.", figures['count'], **labels, kind=kind)
                add('oldest_problem_seconds', "Age of the oldest problem.", figures['oldest_seconds'], **labels,
                    kind=kind)
            add('last_order_timestamp_seconds', "When the last order was sent, 0 if none was.",
                _timestamp(group['last_order_at']), **labels)
            add('last_message_timestamp_seconds', "When the last message came from Amazon, 0 if none did.",
                _timestamp(group['last_message_at']), **labels)
        lines = []
        for (name, text), samples in metrics.items():
            lines += [f'# HELP {name} {text}', f'# TYPE {name} gauge']
            lines += [f'{name}{_labels(labels)} {value:d}' for labels, value in samples]
        return '\n'.join([*lines, ''])


class AmazonPunchoutDocumentHealth(models.Model):
    """The indexes by which the last message and the last order of a group are found without reading all of them."""
    _inherit = 'amazon.punchout.document'

    _last_message_idx = models.Index("(group_id, id) WHERE account_group_id IS NOT NULL")
    _last_order_idx = models.Index("(group_id, id) WHERE document_type = 'OrderRequest' AND state = 'sent'")


def _iso(moment):
    """Write a moment in ISO 8601.

    :param datetime | None moment: naive, in UTC
    :rtype: str | None
    """
    return f'{moment.isoformat(timespec="seconds")}Z' if moment else None


def _timestamp(text):
    """Convert what :func:`_iso` wrote to seconds since 1970.

    :param str | None text: None gives 0
    :rtype: int
    """
    return int(datetime.fromisoformat(text.rstrip('Z')).replace(tzinfo=timezone.utc).timestamp()) if text else 0


def _labels(labels):
    """Write labels; backslash, quote and line feed are escaped as the format demands.

    :param dict labels: may be empty
    :rtype: str
    """
    pairs = []
    for name, value in labels.items():
        text = str(value).replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n')
        pairs.append(f'{name}="{text}"')
    return f'{{{",".join(pairs)}}}' if pairs else ''
