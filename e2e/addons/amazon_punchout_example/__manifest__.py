{
    'name': "Amazon Business Punch-out: Five Extensions",
    'summary': "What docs/extending.md shows, with a test for each",
    'version': '19.0.1.0.0',
    'license': 'LGPL-3',
    'author': "amazon_punchout contributors",
    'depends': ['amazon_punchout'],
}
