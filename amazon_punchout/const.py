"""Tables of the addon, each with the source of its facts."""
from odoo.tools.translate import LazyTranslate

from .cxml import NETWORK_ID

_lt = LazyTranslate(__name__)

# The marketplaces where Amazon Business offers punch-out, by ISO code of the country, with the ending of the host.
# Code reads the hosts by `_marketplace_hosts` of the group, which other addons extend.
MARKETPLACES = {
    'us': ("United States (amazon.com)", 'com'),
    'ca': ("Canada (amazon.ca)", 'ca'),
    'gb': ("United Kingdom (amazon.co.uk)", 'co.uk'),
    'de': ("Germany (amazon.de)", 'de'),
    'fr': ("France (amazon.fr)", 'fr'),
    'it': ("Italy (amazon.it)", 'it'),
    'es': ("Spain (amazon.es)", 'es'),
    'jp': ("Japan (amazon.co.jp)", 'co.jp'),
    'in': ("India (amazon.in)", 'in'),
    'au': ("Australia (amazon.com.au)", 'com.au'),
    'mx': ("Mexico (amazon.com.mx)", 'com.mx'),
    'br': ("Brazil (amazon.com.br)", 'com.br'),
}
# For companies whose country has none.
DEFAULT_MARKETPLACE = 'us'

# The countries to which a marketplace delivers orders of businesses, by its country. Members of the European Union are
# one market, and small neighbours get their post from a larger one. Code reads them by `_delivery_countries` of the
# group, which other addons extend; an empty value allows all.
_EUROPEAN_UNION = frozenset((
    'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV',
    'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'AD', 'CH', 'LI', 'MC', 'NO', 'SM', 'VA'))
DELIVERY_COUNTRIES = {
    'us': frozenset(('US', 'AS', 'GU', 'MP', 'PR', 'UM', 'VI')),
    'ca': frozenset(('CA',)),
    'gb': frozenset(('GB', 'XI', 'GG', 'IM', 'JE', 'IE')),  # Odoo has Northern Ireland as a country of its own
    'de': _EUROPEAN_UNION, 'it': _EUROPEAN_UNION, 'es': _EUROPEAN_UNION,
    'fr': _EUROPEAN_UNION | {'GF', 'GP', 'MQ', 'RE', 'YT', 'BL', 'MF', 'PM'},
    'jp': frozenset(('JP',)),
    'in': frozenset(('IN',)),
    'au': frozenset(('AU', 'CX', 'CC', 'NF')),
    'mx': frozenset(('MX',)),
    'br': frozenset(('BR',)),
}

# The addresses are known for the United States and Germany, and assumed to be alike for the other countries; so the
# fields that they prefill can be edited. The group's page on Amazon shows the true ones.
SETUP_URL = 'https://abintegrations.amazon.{host}/punchout'
SETUP_TEST_URL = 'https://abintegrations.amazon.{host}/punchout/test'

# Pages that a buyer of a marketplace opens: one Amazon order, all of their orders, one item.
ORDER_PAGE = 'https://www.amazon.{host}/gp/your-account/order-details?orderID={number}'
ORDERS_PAGE = 'https://www.amazon.{host}/gp/css/order-history'
ITEM_PAGE = 'https://www.amazon.{host}/dp/{asin}'

# The fields of a group that its page on Amazon shows, and without which nobody can shop.
REQUIRED_FIELDS = ('setup_url', 'order_url', 'identity', 'shared_secret')

# Domain of all credentials on Amazon's side. Other systems write it in other cases.
CREDENTIAL_DOMAIN = NETWORK_ID
SUPPLIER_IDENTITY = 'Amazon'

# The role that may approve any amount.
MANAGER = 'purchase.group_purchase_manager'

# The type of the activities that ask for approval.
ACTIVITY_APPROVAL = 'amazon_punchout.mail_activity_approval'

# Who reads charges and refunds, which tell what everybody has bought.
CHARGE_READERS = (
    'amazon_punchout.group_administrator,purchase.group_purchase_manager,account.group_account_invoice,'
    'account.group_account_readonly')

# Where an approver who comes from an e-mail decides.
DECIDE_PATH = '/amazon_punchout/decide'

# Where the history of an order is downloaded.
HISTORY_PATH = '/amazon_punchout/history'

# Who reads the histories of orders, which have network addresses of users.
HISTORY_READERS = (
    'amazon_punchout.group_administrator,purchase.group_purchase_manager,account.group_account_invoice,'
    'account.group_account_readonly')

# Order requests and carts contain addresses, so not every buyer reads documents. A rule lets accountants read invoices
# only; one who is a buyer, too, reads all.
BODY_READERS = 'amazon_punchout.group_administrator,purchase.group_purchase_manager,account.group_account_invoice'

# Core's states of an order that nobody has approved yet, and those in which it is decided. Other addons bring more
# states: an order in one of these is as undecided as a draft.
UNAPPROVED_STATES = ('draft', 'sent', 'to approve')
DECIDED_STATES = ('purchase', 'cancel')
# Core's states of a receipt in which nothing can be filled in.
NOT_OPEN_STATES = ('draft', 'done', 'cancel')

# Amazon holds the prices and the stock of a cart for this long.
HOLD_DAYS = 7

# Days until goods arrive as long as Amazon names none; each group can change it.
LEAD_DAYS = 5

# Carts that were started on Amazon: how many unclaimed ones the list has of a group and of a sender, and how large one
# may be. Anybody who knows the group's identity can post one. A cart of 50 lines has about 100 KiB.
MAX_UNCLAIMED = 50
MAX_UNCLAIMED_OF_SENDER = 10
MAX_UNCLAIMED_BYTES = 512 * 1024
# Beyond that they are held without being in the list, for as long as it takes to log in: how many, and how much in all.
MAX_UNLISTED = 1000
MAX_UNLISTED_BYTES = 50 * 1024 * 1024
UNLISTED_MINUTES = 60

# A second request of the same shopper within this many seconds is the same trip: browsers prefetch and reload
# addresses.
SAME_TRIP_SECONDS = 60

# Limits of an order at Amazon.
MAX_LINES = 50
MAX_QUANTITY = 999

# Characters of DeliverTo that Amazon keeps if the group pays by card, as people who run such integrations found.
DELIVER_TO_LENGTH = 17

# Seconds to open a connection, and to wait for the answer once everything is sent.
CONNECT_TIMEOUT = 10
SETUP_TIMEOUT = 30
ORDER_TIMEOUT = 90
PROBE_TIMEOUT = 30

# The order requests that show that a group was tested: Amazon received them, marked as a test.
TEST_ORDER_ARRIVED = [('document_type', '=', 'OrderRequest'), ('state', '=', 'sent'), ('deployment_mode', '=', 'test')]

# Minutes for which a group rests that does not answer, each time in a row; the last value repeats.
RETRY_MINUTES = (1, 5, 10, 30, 60)

# Amazon writes no longer payloadID, number or document name, and no index could hold one.
LONGEST_NAME = 255

# By these a gateway says that it does not reach the server behind it.
GATEWAY_ERRORS = (502, 503, 504)

# So many senders are enough for any number of groups that a server can serve.
MAX_SENDERS = 16

# Types of the accounts on which purchases may be booked: expenses, and fixed assets.
EXPENSE_ACCOUNT_TYPES = ['expense', 'expense_direct_cost', 'expense_depreciation', 'expense_other', 'asset_fixed']

USER_AGENT = 'Odoo amazon_punchout'

# The secrets by which Amazon's messages are authenticated.
ROTATED = ('inbound_password', 'shared_secret')

# Characters that a password for Amazon's messages needs at least.
MIN_PASSWORD = 16

# Amazon can't change over to a new secret at the moment when we do: the old one is accepted for this long.
OVERLAP_DAYS = 7

# The answer to a wrong password or secret is delayed by this many seconds, which slows those who guess.
FAILED_LOGIN_SECONDS = 0.5

# The responsible user of a group is notified when so many wrong passwords or secrets came within an hour.
FAILED_LOGINS_TO_NOTIFY = 20

# The counts of wrong passwords and secrets are kept for this long.
FAILED_LOGIN_DAYS = 30

# Our endpoint for what Amazon sends server to server.
MESSAGES_PATH = '/amazon_punchout/cxml'

# Our endpoint for the package tracking that Amazon pushes, and the kind of its documents.
TRACKING_PATH = '/amazon_punchout/tracking'
TRACKING = 'PackageTracking'

# Our route at which a browser finds out whether this database answers.
REACH_PATH = '/amazon_punchout/reach'

# The marketplaces with sales tax, which nobody can reclaim: there it is part of the cost.
SALES_TAX_MARKETPLACES = ('us',)

# The standing rates of VAT or GST by marketplace, in percent, the standard rate first; the setup offers a purchase tax
# for each.
# EU and UK: https://europa.eu/youreurope/business/taxation/vat/vat-rules-rates/ and https://www.gov.uk/vat-rates
# Canada, GST and HST, alone or with the provincial tax (5 + 7, 5 + 9.975, 5 + 6): https://www.canada.ca, "Charge and
# collect the tax – Which rate to charge"
# Japan: https://www.nta.go.jp; Australia: https://www.ato.gov.au; India, since September 2025: https://www.gst.gov.in;
# Mexico: Ley del IVA, articles 1, 2-A and the decree on the border region. Brazil has no rates of the whole country.
STANDING_RATES = {
    'gb': ('20', '5', '0'),
    'de': ('19', '7'),
    'fr': ('20', '10', '5.5', '2.1'),
    'it': ('22', '10', '5', '4'),
    'es': ('21', '10', '4'),
    'ca': ('5', '13', '14', '15', '12', '14.975', '11'),
    'jp': ('10', '8'),
    'au': ('10', '0'),
    'in': ('18', '5'),
    'mx': ('16', '8'),
}

# The taxes that may stand for a rate of Amazon's: purchase taxes that are a percentage, or a group of them.
RATE_TAXES = [('type_tax_use', '=', 'purchase'), ('amount_type', 'in', ('percent', 'group'))]

# Our endpoint for carts, which the shopper's browser posts.
CART_PATH = '/amazon_punchout/cart'

# Our route for shoppers who come from Amazon with a cart.
PUNCHIN_PATH = '/amazon_punchout/punchin'

# Pages of Odoo to which a browser that comes from Amazon is redirected.
TRIPS_PATH, UNCLAIMED_PATH = '/odoo/amazon-shopping-trips', '/odoo/amazon-unclaimed-carts'

# What Amazon may send server to server if shopping starts there.
SETUP_REQUEST, CART = 'PunchOutSetupRequest', 'PunchOutOrderMessage'
PUNCHIN_DOCUMENTS = (SETUP_REQUEST, CART)
# The kind of a message that no parser could read.
UNREADABLE = 'Unreadable'

# Why Amazon rejects, by its error codes. Amazon's own text comes in any language, the code is always the same.
ERROR_CODES = {
    '000-001': _lt("Unknown error on Amazon's side"),
    '001-001': _lt("Amazon accepts new orders only, not changes"),
    '001-005': _lt("The delivery address is missing"),
    '001-012': _lt("Amazon cancelled the order, or its items have errors"),
    '003-052': _lt("The delivery address is incomplete, or is not an address of the Amazon group"),
    '015-005': _lt("Out of stock"),
    '018-007': _lt("The quantity is lower than in the cart"),
}
# The one that only a person who corrects the address can do something about.
ADDRESS_REJECTED = '003-052'

# Tracking pages of carriers: by the first words of the carrier's name in lower case, the page with {number}, or None
# where a longer name is another company. A carrier without a known page gets its number only.
TRACKING_PAGES = {
    name: page for names, page in {
        ('ups', 'upsn', 'united parcel service'): 'https://www.ups.com/track?tracknum={number}',
        ('usps', 'united states postal service', 'us postal service', 'u s postal service'):
            'https://tools.usps.com/go/TrackConfirmAction?tLabels={number}',
        ('fedex', 'fdeg', 'fdxe', 'federal express'): 'https://www.fedex.com/fedextrack/?trknbr={number}',
        ('dhl',): 'https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}',
        ('dpd',): 'https://tracking.dpd.de/status/en_US/parcel/{number}',
        ('dpd uk', 'dpd gb', 'dpd local'): None,
        ('gls', 'general logistics systems'): 'https://gls-group.com/EU/en/parcel-tracking/?match={number}',
        ('gls us', 'gls usa'): None,
        ('hermes', 'myhermes'):
            'https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}',
        ('evri', 'hermes uk', 'hermes gb', 'hermes parcelnet'): 'https://www.evri.com/track/parcel/{number}',
        ('royal mail', 'royalmail'): 'https://www.royalmail.com/track-your-item#/tracking-results/{number}',
        ('la poste', 'laposte', 'colissimo'): 'https://www.laposte.fr/outils/suivre-vos-envois?code={number}',
        ('chronopost',): 'https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}',
        ('correos',): 'https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={number}',
        ('correos express',): None,
        ('poste italiane', 'posteitaliane'): 'https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}',
        ('brt', 'bartolini'): 'https://www.mybrt.it/it/mybrt/my-parcels/search?parcelNumber={number}',
        ('ヤマト運輸', 'ヤマト', 'クロネコヤマト', 'yamato'):
            'https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}',
        ('佐川急便', '佐川', 'sagawa'): 'https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}',
        ('日本郵便', 'ゆうパック', 'japan post', 'japanpost', 'jp post'):
            'https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={number}',
        ('canada post', 'canadapost', 'postes canada'):
            'https://www.canadapost-postescanada.ca/track-reperage/en#/details/{number}',
        ('purolator',): 'https://www.purolator.com/en/shipping/tracker?pin={number}',
        ('australia post', 'auspost', 'australiapost'): 'https://auspost.com.au/mypost/track/#/details/{number}',
        ('ontrac',): 'https://www.ontrac.com/tracking/?number={number}',
    }.items() for name in names}
# Amazon's own delivery, which is tracked on the page of the order on Amazon.
AMAZON_CARRIERS = frozenset({'amazon', 'amzl', 'amzn', 'amazonlogistics', 'デリバリープロバイダ'})

# Amazon's REST APIs: one host for each region. For Japan and Australia some guides name the host fe.
API_REGIONS = [('na', "North America"), ('eu', "Europe and India"), ('jp', "Japan and Australia")]
API_HOST = 'https://{region}.business-api.amazon.com'
API_SANDBOX_HOST = 'https://sandbox.{region}.business-api.amazon.com'
LOGIN_URL = 'https://api.amazon.com/auth/o2/token'
# Requests a second, and how many may be sent at once.
# A PDF takes three requests, and Amazon's guides state from .0167 to .1 a second for each.
API_PACES = {'reconciliation': (2, 10), 'reporting': (0.5, 10), 'documents': (0.05, 10), 'products': (0.5, 5)}
# Minutes until an API is asked again that does not work; the last value repeats.
API_PAUSES = (5, 15, 60, 240, 720)
# Minutes until a PDF that is not available (yet) is requested again; after the last pause it is not requested any more.
PDF_PAUSES = (60, 360, 1440, 2880, 4320, 7200, 10080)
# Minutes until Amazon is asked again whether a PDF is made; after the last pause it counts as not available.
REPORT_PAUSES = (1, 1, 2, 5, 10, 30, 60, 240)
# Seconds for one request, and the longest that Amazon's Retry-After may let us wait.
API_TIMEOUT = 30
MAX_RETRY_AFTER = 24 * 60 * 60
# What Amazon's reports about a number say of our order: Amazon has it, has cancelled it, or nothing that is certain.
OURS, CANCELLED, UNCERTAIN = 'ours', 'cancelled', 'uncertain'
# Where Amazon's code of a marketplace is not that of its country.
REPORTING_REGIONS = {'gb': 'UK'}

# Orders and messages that should have been dealt with for this many minutes are late.
LATE_MINUTES = 15

# The scheduled actions of the addon, by external id, with the names by which people know those that were deleted.
# SENDER sends orders and PROCESSOR processes Amazon's messages: without them nothing goes on.
SENDER, PROCESSOR = 'ir_cron_send', 'ir_cron_process'
SCHEDULED_ACTIONS = {
    SENDER: _lt("Amazon: send approved orders"),
    PROCESSOR: _lt("Amazon: process incoming messages"),
    'ir_cron_watch': _lt("Amazon: watch scheduled actions and waiting orders"),
    'ir_cron_remind_confirmation': _lt("Amazon: notify about unconfirmed orders"),
    'ir_cron_remind_hold': _lt("Amazon: remind of expiring price holds"),
    'ir_cron_fetch': _lt("Amazon: fetch charges and refunds"),
    'ir_cron_follow': _lt("Amazon: ask about orders without messages"),
    'ir_cron_pdfs': _lt("Amazon: fetch PDFs of invoices and orders"),
    'ir_cron_prices': _lt("Amazon: compare the prices of waiting orders"),
    'ir_cron_charges': _lt("Amazon: import reports and book charges"),
}

# Those whose number an administrator may set: the system parameter that has it, the name of the first one in English,
# the method that it runs, and how often it does so if nothing wakes it.
SEVERAL = {
    SENDER: ('amazon_punchout.senders', "Amazon: send approved orders", '_cron_send', 10, 'minutes'),
    PROCESSOR: ('amazon_punchout.processors', "Amazon: process incoming messages", '_cron_process', 1, 'hours'),
}

# Our page for monitoring, the system parameter that holds its token, and how short that may be.
HEALTH_PATH = '/amazon_punchout/health'
HEALTH_PARAMETER = 'amazon_punchout.health_token'
MIN_HEALTH_TOKEN = 32

# With this key in the context, `base_tier_validation` of the OCA, which reviews orders and bills, lets a write pass.
UNREVIEWED = 'skip_validation_check'

# The channel on which an open form follows its order is this and the id of the order; CHANGED is what it is told there.
# static/src/follow/ has the same two.
CHANNEL = 'amazon_punchout.order_'
CHANGED = 'amazon_punchout.order_changed'
