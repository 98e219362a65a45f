"""A file to a statement, at once or in batches.

The file is read twice. First for what concerns all rows: how dates and amounts are written, and which rows belong
together, since an order, a charge of two orders or an invoice may be anywhere in the file. Of that, only the numbers
of orders and charges are kept. Then for the values: rows wait only until the last one that belongs to them has come.
So memory depends on how far apart rows of one order are, not on how many rows there are.
"""

from ..transactions import Problem, Statement
from .errors import ReportError, excerpt
from .headers import FIELDS, ORDERS, RECONCILIATION, REFUNDS, RETURNS, SHIPMENTS, TRANSACTIONS
from .orders import OrdersReader
from .recognition import Table
from .reconciliation import ReconciliationReader
from .refunds import RefundsReader
from .rows import Row, RowReader
from .shipments import ReturnsReader, ShipmentsReader
from .transactions_report import TransactionsReader
from .values import Conventions, text_of

_READERS = {
    ORDERS: OrdersReader, TRANSACTIONS: TransactionsReader, REFUNDS: RefundsReader,
    RECONCILIATION: ReconciliationReader, SHIPMENTS: ShipmentsReader, RETURNS: ReturnsReader,
}
_BATCH = 500
_PARTS = ('transactions', 'orders', 'invoices', 'shipments')


class _Clusters:
    """Which rows belong together, by the values that they have in common, and the last row of each cluster.

    :param list[int] keys: the columns with such values
    """

    def __init__(self, keys):
        self._keys = keys
        # A value that is no root of its cluster, and one nearer to it.
        self._above = {}
        self._last = {}

    def _values(self, number, cells):
        """List the values that put a row together with others."""
        values = [
            (key, text) for key in self._keys if key < len(cells) and (text := text_of(cells[key])) is not None]
        return values or [number]

    def add(self, number, cells):
        """Add a row, whose values put clusters together."""
        first, *others = (self._root(value) for value in self._values(number, cells))
        for other in others:
            self._above[other] = first
        if self._keys:
            self._last[first] = number

    def finish(self):
        """Find the last row of each cluster after all rows are added."""
        last = {}
        for value, number in self._last.items():
            root = self._root(value)
            last[root] = max(last.get(root, 0), number)
        self._last = last

    def cluster(self, number, cells):
        """Name the cluster of a row, and tell whether no row of it follows.

        :rtype: tuple[object, bool]
        """
        root = self._root(self._values(number, cells)[0])
        return root, self._last.get(root, 0) <= number

    def _root(self, value):
        path = []
        while (above := self._above.get(value, value)) != value:
            path.append(value)
            value = above
        for passed in path:
            self._above[passed] = value
        return value


def read(raw, filename=None, *, mapping=None, day_first=None, currency=None):
    """Read a report.

    :param bytes raw: the file, CSV or XLSX
    :param str | None filename: not needed, since the contents tell the format
    :param dict | None mapping: keys of :data:`.headers.FIELDS` by header as it came
    :param bool | None day_first: how dates are written if the file does not prove it
    :param str | None currency: what stands for the column Currency where there is none
    :rtype: transactions.Statement
    :raise ReportError: if the file can't be read or is no report; a row that can't is a problem of the statement
    """
    found, count = {part: [] for part in (*_PARTS, 'problems')}, 0
    for batch in read_batches(raw, filename, mapping=mapping, day_first=day_first, currency=currency):
        for part, values in found.items():
            values.extend(getattr(batch, part))
        count += batch.row_count
    return Statement(
        batch.kind, **{part: tuple(values) for part, values in found.items()}, row_count=count,
        unknown_headers=batch.unknown_headers)


def read_batches(raw, filename=None, *, mapping=None, day_first=None, currency=None, size=_BATCH):
    """Read a report in parts, each with all rows of the orders that it is about.

    The parts of a file are the same each time, so that reading can be resumed after any of them.

    :param int size: how many rows a part has, or some more
    :return: the parts; at least one. The parameters are those of :func:`read`
    :rtype: collections.abc.Iterator[transactions.Statement]
    :raise ReportError: see :func:`read`
    """
    table = Table(raw, mapping)
    report, conventions, clusters = _scanned(table, day_first, currency)
    reader = RowReader(table, conventions, currency)
    for header in report.duplicate_headers:
        reader.problems.append(Problem('duplicate_header', report.header_row, excerpt(header)))
    kind_reader = _READERS[report.kind](reader)
    waiting, found, count, is_first = {}, {part: [] for part in _PARTS}, 0, True
    for number, cells in table:
        cluster, is_last = clusters.cluster(number, cells)
        waiting.setdefault(cluster, []).append(Row(number, cells))
        if not is_last:
            continue
        rows = waiting.pop(cluster)
        count += len(rows)
        for part, values in kind_reader.read(rows).items():
            found[part] += values
        if count >= size:
            yield _statement(report, reader, found, count)
            found, count, is_first = {part: [] for part in _PARTS}, 0, False
    if count or is_first:
        yield _statement(report, reader, found, count)


def _scanned(table, day_first, currency):
    """Read a file for what concerns all rows.

    :rtype: tuple[Report, Conventions, _Clusters]
    """
    conventions, count = Conventions(day_first), 0
    report = table.report(conventions, count, currency)
    if report.kind is None:
        raise ReportError('no_report')
    if report.missing:
        raise ReportError('missing_column', ', '.join(FIELDS[key].label for key in report.missing))
    keys = [table.indexes[key] for key in _READERS[report.kind].keys if key in table.indexes]
    clusters = _Clusters(keys)
    for number, cells in table:
        table.learn(conventions, cells)
        clusters.add(number, cells)
    clusters.finish()
    return report, conventions, clusters


def _statement(report, reader, found, count):
    problems, reader.problems = reader.problems, []
    problems.sort(key=lambda problem: problem.row or 0)
    return Statement(
        report.kind, **{part: tuple(values) for part, values in found.items()}, problems=tuple(problems),
        row_count=count, unknown_headers=report.unknown_headers)
