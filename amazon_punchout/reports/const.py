"""What a file may have at most. A report of 50,000 rows and all columns has about 3 million cells and 40 MB."""

MAX_BYTES = 64 * 2 ** 20
# The sheet of an XLSX once it is unpacked (Excel packs rows to about a tenth), its shared texts, and any other part.
MAX_UNPACKED = 512 * 2 ** 20
MAX_TEXTS = 128 * 2 ** 20
MAX_PART = 16 * 2 ** 20
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 6_000_000
# A cell of a spreadsheet has at most 32,767 characters.
MAX_CELL_LENGTH = 65_536
# One line of a CSV before it is split.
MAX_LINE_LENGTH = 2 ** 20
# The headers stand in one of the first rows: some exports have a title above them.
HEADER_ROWS = 20
