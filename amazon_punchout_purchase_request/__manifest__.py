{
    'name': "Amazon Business Punch-out: Purchase Requests",
    'summary': "Shop on Amazon Business for a purchase request, or fill a request from an Amazon cart",
    'version': '19.0.1.0.0',
    'category': 'Supply Chain/Purchase',
    'license': 'LGPL-3',
    'author': "amazon_punchout contributors",
    'maintainers': ['amazon_punchout'],
    'website': "https://amazon-punchout.example",
    'support': "support@amazon-punchout.example",
    'development_status': 'Beta',
    'depends': ['amazon_punchout', 'purchase_request'],
    'data': [
        'views/purchase_order_views.xml',
        'views/purchase_request_views.xml',
    ],
    'auto_install': True,
}
