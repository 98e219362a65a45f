"""Reports that an administrator downloads from Amazon Business, CSV or XLSX, to values of `transactions`.

Pure Python: no Odoo, no network, no clock. :func:`recognise` says which report a file is and what it lacks,
:func:`read` reads it, :func:`read_batches` does so in parts of some hundred rows. What can't be read raises
:class:`ReportError`; a row that can't be understood is a `Problem` of the statement and stops no other. Other modules
use the names of this one.
"""

from .const import MAX_BYTES
from .errors import PROBLEM_SENTENCES, ReportError
from .headers import FIELDS, ORDERS, RECONCILIATION, REFUNDS, RETURNS, SHIPMENTS, TRANSACTIONS, Field
from .reading import read, read_batches
from .recognition import Report, recognise
from .sharing import share_between, share_out
