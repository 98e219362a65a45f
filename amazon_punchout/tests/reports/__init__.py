from . import (
    test_orders_report,
    test_orders_report_doubts,
    test_reconciliation_report,
    test_refunds_report,
    test_report_batches,
    test_report_damage,
    test_report_files,
    test_report_headers,
    test_report_traps,
    test_report_values,
    test_transactions_report,
)
