{
    'name': "Amazon Business Punch-out: Charts of Accounts",
    'summary': "The books of Amazon orders in the charts of nine countries; see docs/books.md",
    'version': '19.0.1.0.0',
    'license': 'LGPL-3',
    'author': "amazon_punchout contributors",
    'depends': ['amazon_punchout'],
}
