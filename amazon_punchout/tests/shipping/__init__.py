from . import (
    test_by_hand,
    test_confirmation_receipt,
    test_dates,
    test_package_tracking,
    test_receipt_parts,
    test_search_speed,
    test_ship_notice,
    test_ship_notice_parts,
    test_ship_notice_people,
    test_shipment_report,
    test_timeline,
    test_tracking_route,
)
