from . import (
    test_number_of_senders,
    test_outbox,
    test_outbox_answers,
    test_outbox_decisions,
    test_outbox_doubt,
    test_outbox_durable,
    test_outbox_hosts,
    test_outbox_log,
    test_outbox_rest,
    test_senders_at_once,
    test_sending_language,
)
