"""Fixed values of the cXML standard and of Amazon Business' use of it."""
import re

# Amazon's own carts and confirmations name this version in their DOCTYPE. All that is written here is also valid
# against the later 1.2.071, which the tests use.
CXML_VERSION = '1.2.024'
DOCTYPE = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{CXML_VERSION}/cXML.dtd">'
FULFILL_DOCTYPE = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{CXML_VERSION}/Fulfill.dtd">'

# A cart of 50 lines has about 100 KiB; no shop writes a document larger than this.
MAX_BYTES = 5 * 1024 * 1024
# What else a parser must not be given: a document may come from anyone (see bounds.py). Amazon's have a tag each 35
# bytes and an attribute each 80, so one of the largest size has 150,000 and 65,000; the names are 200 at most, the
# longest tag has 300 bytes, the DOCTYPE 80, and no namespace is ever declared. These count "<" and "=" in texts too.
MAX_TAGS = 250_000
MAX_ATTRIBUTES = 150_000
MAX_NAMES = 10_000
MAX_NAMESPACES = 250
MAX_TAG_BYTES = 16 * 1024
# Of the number of an invoice or a shipment, by which they are found again.
MAX_IDENTIFIER = 255
# Of a party in Header; Amazon's have two. Groups are searched by all of them.
MAX_CREDENTIALS = 50

DEFAULT_LANG = 'en-US'
XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'

# The credential domain of Amazon Business groups. Other systems write it in other letter cases.
NETWORK_ID = 'NetworkId'
UNSPSC = 'UNSPSC'

# ItemDetail must have a UnitOfMeasure, Amazon's carts may lack it; `EA` (each) is the one Amazon uses.
DEFAULT_UNIT_OF_MEASURE = 'EA'

# The currencies of Amazon Business' marketplaces, which need no further check; others are accepted too.
USUAL_CURRENCIES = frozenset(('USD', 'CAD', 'GBP', 'EUR', 'JPY', 'INR', 'AUD', 'MXN', 'BRL'))

# Why a tax is zero: codes of the list VATEX of the European standard EN 16931.
VATEX = re.compile(r'VATEX-[A-Z]{2}-[A-Z0-9]+')
# With these the buyer owes the tax: reverse charge and intra-community supply; also in the words that
# such an invoice must bear (Directive 2006/112/EC, article 226, 11a), in the languages of the marketplaces.
REVERSE_CHARGE = frozenset(('VATEX-EU-AE', 'VATEX-EU-IC', 'triangular', 'reverse charge'))
REVERSE_CHARGE_WORDS = (
    'reverse charge', 'steuerschuldnerschaft des leistungsempfängers', 'autoliquidation', 'inversione contabile',
    'inversión del sujeto pasivo')
# The categories of UN/EDIFACT 5305 that mean the same.
REVERSE_CHARGE_CATEGORIES = frozenset(('AE', 'K'))

DEPLOYMENT_MODES = ('production', 'test')

# Elements whose content lets its reader impersonate someone: never stored, never logged, never part of an error.
CONFIDENTIAL_ELEMENTS = ('SharedSecret', 'BuyerCookie', 'DigitalSignature', 'CredentialMac')

# The root of what is stored in place of a document that can't be parsed, and the kinds of CxmlError that say why.
UNREADABLE = 'UnreadableDocument'
PARSER_ERRORS = ('not_xml', 'entities', 'too_large', 'too_deep', 'too_many', 'too_long')


def _places(model):
    """Map each name in a content model to its place, and to whether it may be repeated there."""
    return {
        name: (place, slot[-1] in '*+')
        for place, slot in enumerate(model.split())
        for name in slot.rstrip('?*+').split('|')
    }


# What may stand in the elements that we write, in this order: cXML.dtd and Fulfill.dtd, version 1.2.071
# (http://xml.cxml.org/schemas/cXML/1.2.071/). "|" separates alternatives; "?", "*" and "+" mean at most one, any number
# and at least one. Alternatives that would stand in place of what we write are left out, and secrets.
CONTENT_MODELS = {name: _places(model) for name, model in {
    'From': 'Credential+ Correspondent?',
    'To': 'Credential+ Correspondent?',
    'PunchOutSetupRequest':
        'BuyerCookie Extrinsic* BrowserFormPost? Contact* SupplierSetup? ShipTo? SelectedItem? ItemOut*',
    'OrderRequest': 'OrderRequestHeader ItemOut+',
    'OrderRequestHeader':
        'Total ShipTo? BillTo BusinessPartner* LegalEntity? OrganizationalUnit* Shipping? Tax? Payment? PaymentTerm* '
        'Contact* Comments* Followup? ControlKeys? DocumentReference? SupplierOrderInfo? TermsOfDelivery? '
        'DeliveryPeriod? IdReference* OrderRequestHeaderIndustry? Extrinsic*',
    'Total': 'Money Modifications?',
    'ShipTo': 'Address CarrierIdentifier* TransportInformation* IdReference*',
    'BillTo': 'Address IdReference*',
    'Address': 'Name PostalAddress? Email? Phone? Fax? URL?',
    'PostalAddress': 'DeliverTo* Street+ City Municipality? State? PostalCode? Country Extrinsic*',
    'TelephoneNumber': 'CountryCode AreaOrCityCode Number Extension?',
    'Contact': 'Name PostalAddress* Email* Phone* Fax* URL* IdReference* Extrinsic*',
    'Shipping': 'Money Description Modifications?',
    'Tax': 'Money TaxAdjustmentAmount? Description TaxDetail* Distribution* Extrinsic*',
    'TaxDetail':
        'TaxableAmount? TaxAmount TaxLocation? TaxAdjustmentAmount? Description? TriangularTransactionLawReference? '
        'TaxRegime? TaxExemption? Extrinsic*',
    'ItemOut':
        'ItemID Path? ItemDetail|BlanketItemDetail? SupplierID|SupplierList? ShipTo? Shipping? Tax? SpendDetail? '
        'Distribution* Contact* TermsOfDelivery? Comments* Indicator* Tolerances? ControlKeys? ScheduleLine* '
        'MasterAgreementReference|MasterAgreementIDInfo? ItemOutIndustry? Packaging* ReleaseInfo? Batch?',
    'ItemID': 'SupplierPartID SupplierPartAuxiliaryID? BuyerPartID? IdReference*',
    'ItemDetail':
        'UnitPrice Description+ OverallLimit? ExpectedLimit? UnitOfMeasure PriceBasisQuantity? Classification+ '
        'ManufacturerPartID? ManufacturerName? URL? LeadTime? Dimension* ItemDetailIndustry? AttachmentReference* '
        'PlannedAcceptanceDays? Extrinsic*',
    'UnitPrice': 'Money Modifications? PricingConditions?',
    'ConfirmationRequest':
        'ConfirmationHeader OrderReference OrderStatusRequestReference|OrderStatusRequestIDInfo* ConfirmationItem*',
    'ConfirmationHeader':
        'DocumentReference? Total? Shipping? Tax? Contact* Hazard* Comments* IdReference* Extrinsic*',
    'ConfirmationItem': 'UnitOfMeasure Contact* Hazard* ConfirmationStatus+',
    'ConfirmationStatus':
        'UnitOfMeasure UnitPrice? Tax? Shipping? SupplierBatchID? ScheduleLineReference? ComponentConsumptionDetails* '
        'Comments* Extrinsic*',
    'ShipNoticeRequest': 'ShipNoticeHeader ShipControl* ShipNoticePortion*',
    'ShipNoticeHeader':
        'ServiceLevel* DocumentReference? Contact* LegalEntity? OrganizationalUnit* Hazard* Comments* TermsOfDelivery? '
        'TermsOfTransport* Packaging? Extrinsic* IdReference* ReferenceDocumentInfo*',
    'ShipControl':
        'CarrierIdentifier+ ShipmentIdentifier+ PackageIdentification? Route|TransportInformation* Contact* Comments* '
        'Extrinsic*',
    'ShipNoticePortion':
        'OrderReference MasterAgreementReference|MasterAgreementIDInfo? Contact* Comments* Extrinsic* ShipNoticeItem* '
        'ReferenceDocumentInfo*',
    'ShipNoticeItem':
        'ItemID? ShipNoticeItemDetail? UnitOfMeasure Packaging* Hazard* Batch|SupplierBatchID* AssetInfo* '
        'TermsOfDelivery? OrderedQuantity? ShipNoticeItemIndustry? ComponentConsumptionDetails* '
        'ReferenceDocumentInfo* Comments* Extrinsic* IUIDInfo?',
}.items()}
