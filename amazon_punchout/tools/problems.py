"""The activities by which people are notified of problems.

Requests for approval are no problems and don't use this: each person who is asked has an activity of their own.
"""
from contextlib import contextmanager
from contextvars import ContextVar

ACTIVITY_PROBLEM = 'amazon_punchout.mail_activity_problem'
_raising = ContextVar('amazon_punchout_raising', default=False)


def _open_only(records):
    """Give the records with an environment that finds all open activities, and none that are done.

    The activities may be other people's. Scheduled actions would skip them. What is done is archived, and the records
    may come from a search that includes what is archived.
    """
    return records.with_context(mail_activity_automation_skip=False, active_test=True).sudo()


def is_raised(record, activity_type=ACTIVITY_PROBLEM):
    """Tell whether an activity of a type is open on a record.

    :param record: as for :func:`raise_problem`
    :param str activity_type: the external id of the type
    :rtype: bool
    """
    return bool(_open_only(record).activity_search([activity_type]))


def notified(record, activity_type=ACTIVITY_PROBLEM):
    """Find the users who have an open activity of a type on a record.

    :param record: as for :func:`raise_problem`
    :param str activity_type: the external id of the type
    :return: `res.users` records, in superuser mode
    """
    return _open_only(record).activity_search([activity_type]).user_id


def is_being_raised():
    """Tell whether :func:`raise_problem` gives the activity in hand to a person, whose summary says what it is about.

    :rtype: bool
    """
    return _raising.get()


@contextmanager
def _in_our_words():
    """Have the e-mails about activities that a block hands to people say what the activities do."""
    token = _raising.set(True)
    try:
        yield
    finally:
        _raising.reset(token)


def raise_problem(record, person, summary, note, activity_type=ACTIVITY_PROBLEM, is_news=False, may_solve=None):
    """Raise one activity of a type on a record, or bring the text and the title of the open one up to date.

    :param record: an order, a document, a shopping trip or another record with activities
    :param person: the `res.users` who is notified; without one, none is raised
    :param str summary: what it is about
    :param Markup note: what happened and what to do next
    :param str activity_type: the external id of the type
    :param bool is_news: raise another activity even if one is open: what happened is new, or notifies another person
    :param may_solve: called with a user, tells whether they have the buttons that solve the problem. If nobody who has
        an open activity does, it becomes the person's
    """
    record_sudo = _open_only(record)
    if not is_news and (activities := record_sudo.activity_search([activity_type])):
        if (activities[0].note, activities[0].summary) != (note, summary):
            activities.write({'note': note, 'summary': summary})
        holders = activities.user_id.filtered('active')
        if person and may_solve and person not in holders and not any(map(may_solve, holders)):
            with _in_our_words():
                activities[0].user_id = person
    elif person:
        with _in_our_words():
            record_sudo.activity_schedule(activity_type, user_id=person.id, summary=summary, note=note)


def close_problem(records, activity_type=ACTIVITY_PROBLEM):
    """Mark the activities of a type on some records as done.

    :param records: as for :func:`raise_problem`
    :param str activity_type: the external id of the type. Of a type of ours also those into which somebody has written;
        of core's only those that nobody has: the others may be people's own
    """
    is_ours = activity_type.startswith('amazon_punchout.')
    _open_only(records).activity_feedback([activity_type], only_automated=not is_ours)
