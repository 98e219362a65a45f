"""The one activity by which a user is notified of a problem."""

ACTIVITY_PROBLEM = 'amazon_punchout.mail_activity_problem'


def raise_problem(record, person, summary, note, activity_type=ACTIVITY_PROBLEM):
    """Raise one activity on a record, or update the text of the one that is there.

    :param record: an order, a document or a shopping trip
    :param person: the `res.users` who is notified; may be empty
    :param str summary: what it is about
    :param Markup note: what happened and what to do next
    :param str activity_type: the external id of the type
    """
    record_sudo = record.with_context(mail_activity_automation_skip=False).sudo()  # the activity may be another user's
    if activities := record_sudo.activity_search([activity_type]):
        if activities[0].note != note:
            activities.note = note
    elif person:
        record_sudo.activity_schedule(activity_type, user_id=person.id, summary=summary, note=note)


def close_problem(records):
    """Mark the problems of some records as solved."""
    # The activities may be other users'.
    records.with_context(mail_activity_automation_skip=False).sudo().activity_feedback([ACTIVITY_PROBLEM])
