{
    'name': "Amazon Business Punch-out: Dashboard",
    'summary': "What is spent at Amazon Business, in the Dashboards app",
    'version': '19.0.1.0.0',
    'category': 'Supply Chain/Purchase',
    'license': 'LGPL-3',
    'author': "amazon_punchout contributors",
    'maintainers': ['amazon_punchout'],
    'website': "https://amazon-punchout.example",
    'support': "support@amazon-punchout.example",
    'development_status': 'Beta',
    'depends': ['amazon_punchout', 'spreadsheet_dashboard'],
    'data': [
        'data/dashboards.xml',
    ],
    'auto_install': True,
}
