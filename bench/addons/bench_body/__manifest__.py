{
    'name': "Bench: a route that only reads the body",
    'license': 'LGPL-3',
    'depends': ['web'],
    'installable': False,
}
