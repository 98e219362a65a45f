"""Notifications in the demo, which sends no email."""
from lab import check

from .client import shop


def test_the_requester_is_notified_of_a_refusal(site, buyer, group_id):
    order_id = shop(site, buyer, group_id)
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    [question] = admin.call(
        "amazon.punchout.refuse", "create", [{"order_id": order_id, "reason": "Take the cheaper one."}])
    admin.call("amazon.punchout.refuse", "action_refuse", [question])
    notifications = admin.call("mail.notification", "search_read", [
        ("mail_message_id.model", "=", "purchase.order"), ("mail_message_id.res_id", "=", order_id),
        ("res_partner_id.user_ids.login", "=", "demo")], fields=["notification_type", "notification_status"])
    assert [(each["notification_type"], each["notification_status"]) for each in notifications] == [("inbox", "sent")]
