{
    'name': "Amazon Business Punch-out: Pseudo-Language",
    'summary': "A language that nobody speaks, in which English shows what can't be translated",
    'version': '19.0.1.0.0',
    'license': 'LGPL-3',
    'author': "amazon_punchout contributors",
    'depends': ['base'],
    'installable': False,
}
