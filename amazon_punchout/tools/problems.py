"""The one activity by which a person learns that something needs them."""

ACTIVITY_PROBLEM = 'amazon_punchout.mail_activity_problem'


def raise_problem(record, person, summary, note, activity_type=ACTIVITY_PROBLEM):
    """Raise one activity on a record, or bring the text of the one that is there up to date.

    :param record: an order, a document or a shopping trip
    :param person: the `res.users` who is told; nobody is where there is none
    :param str summary: what it is about
    :param Markup note: what happened and what to do next
    :param str activity_type: the external id of the type
    """
    record_sudo = record.with_context(mail_activity_automation_skip=False).sudo()  # the activity of another person
    if activities := record_sudo.activity_search([activity_type]):
        if activities[0].note != note:
            activities.note = note
    elif person:
        record_sudo.activity_schedule(activity_type, user_id=person.id, summary=summary, note=note)


def close_problem(records):
    """Mark the problem of some records as solved."""
    # The activities of other people.
    records.with_context(mail_activity_automation_skip=False).sudo().activity_feedback([ACTIVITY_PROBLEM])
