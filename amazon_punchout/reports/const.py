"""What a file may have at most.

A report of 50,000 rows and all columns has about 3.6 million cells and 40 MB as CSV. As XLSX it takes 20 to 30 seconds
of a processor to be read, and less than 50 MB of memory.
"""

MAX_BYTES = 64 * 2 ** 20
# An XLSX once it is unpacked (Excel packs rows to about a tenth), what its shared texts take in memory, and any part
# but these and a sheet.
MAX_UNPACKED = 512 * 2 ** 20
MAX_TEXTS = 96 * 2 ** 20
MAX_PART = 16 * 2 ** 20
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 6_000_000
# So many cells an XLSX may have if each has a text of its own, which takes longest.
MAX_XLSX_CELLS = 3_700_000
# A cell of a spreadsheet has at most 32,767 characters.
MAX_CELL_LENGTH = 65_536
# What identifies something, by which it is found again: no index has room for all that a cell can hold.
MAX_IDENTIFIER = 255
# One line of a CSV before it is split.
MAX_LINE_LENGTH = 2 ** 20
# The headers stand in one of the first rows: some exports have a title above them.
HEADER_ROWS = 20
