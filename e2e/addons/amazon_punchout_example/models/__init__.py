from . import approval_rule, checklist_item, marketplace, message_type, order_request
