"""The products of the shop: products, brands and sellers are invented, and prices differ by currency.

Some products are difficult, each in one way that occurs in real carts: see SPECIAL.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Department:
    name: str
    category: str
    colour: str
    # An SVG path in a field of 24 x 24, because emojis are empty boxes without a font that has them.
    icon: str


OFFICE = Department('Office', 'OFFICE_PRODUCTS', '#dbe9ff', 'M6 3h9l4 4v14H6z M15 3v4h4 M9 12h7 M9 16h7')
IT = Department('IT', 'COMPUTERS', '#e3e0ff', 'M4 5h16v11H4z M9 20h6 M12 16v4')
WORKSHOP = Department('Workshop', 'TOOLS', '#ffe6cc', 'M4 20l9-9 M11 6l4-3 6 6-3 4z')
KITCHEN = Department('Kitchen', 'GROCERY_AND_KITCHEN', '#f7e2d4',
                     'M5 8h11v7a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4z M16 10h2a2.5 2.5 0 0 1 0 5h-2 M8 2v3 M12 2v3')
CLEANING = Department('Cleaning', 'JANITORIAL', '#d8f3e6', 'M5 9h14l-2 12H7z M5 9a7 6 0 0 1 14 0')
SAFETY = Department('Safety', 'SAFETY_SUPPLIES', '#fff3bf',
                    'M12 2l8 3v6c0 5-3.5 9-8 11-4.5-2-8-6-8-11V5z M9 12l2 2 4-4')
DEPARTMENTS = (OFFICE, IT, WORKSHOP, KITCHEN, CLEANING, SAFETY)


@dataclass(frozen=True)
class Product:
    asin: str
    department: Department
    title: str
    brand: str
    part_number: str
    sub_category: str
    unspsc: str
    prices: dict[str, Decimal]
    unit: str = 'EA'
    seller: str = ''
    fulfilled_by_amazon: bool = True
    condition: str = 'New'
    reduced_tax: bool = False
    in_stock: bool = True
    # In stock during the trip, but not when the order arrives: Amazon rejects it with 015-005.
    sells_out: bool = False

    @property
    def category(self):
        return self.department.category

    @property
    def ean(self):
        """A number with a valid check digit from the range 2…, which GS1 reserves for internal use in shops."""
        digits = f'2{int(self.asin[-5:]):011d}'
        weighted = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
        return f'{digits}{-weighted % 10}'


SPECIAL = {
    'B0SIM00007': {'unit': 'BX'},
    'B0SIM00008': {'unit': 'PK', 'seller': 'Paperhill Traders', 'fulfilled_by_amazon': False},
    'B0SIM00009': {'unit': ''},
    'B0SIM00010': {'unspsc': ''},
    'B0SIM00011': {'part_number': ''},
    'B0SIM00012': {'title': 'Stickers "100 % + more" & <bold> für Büro 漢字 – sheet of 40\n'},
    # A mark that turns around what follows, and a title as long as some of Amazon's.
    'B0SIM00018': {'title': (
        'Webcam 1080p with shutter \u202eelbac BSU\u202c, for meetings, lessons and recordings, with two microphones, '
        'automatic focus and light correction, clip for screens of 10 to 32 inches, screw thread for tripods, black')},
    'B0SIM00021': {'condition': 'Used', 'seller': 'Second Life Devices', 'fulfilled_by_amazon': False},
    'B0SIM00022': {'in_stock': False},
    'B0SIM00023': {'sells_out': True},
    'B0SIM00024': {'seller': 'Nordlicht Technik'},
}

# By department: title, brand, part number, subcategory, UNSPSC, prices in USD, EUR and JPY.
_ROWS = {
    OFFICE: (
        ('Copy paper A4, 80 g, 500 sheets', 'Weissfeld', 'WF-A4-80', 'PAPER', '14111507', '6.49', '4.79', '598'),
        ('Ballpoint pens blue, set of 10', 'Kritzel', 'KR-10-BL', 'WRITING', '44121704', '4.25', '3.85', '480'),
        ('Sticky notes 76 x 76 mm, 12 pads', 'Memora', 'ME-76-12', 'NOTES', '14111530', '8.99', '7.49', '1185'),
        ('Stapler for 30 sheets', 'Klammerwerk', 'KW-30', 'DESK_TOOLS', '44121615', '11.95', '9.99', '1420'),
        ('Lever arch file, wide, black', 'Ordona', 'OR-75-BK', 'FILING', '44122003', '3.19', '2.29', '365'),
        ('Whiteboard markers, 4 colours', 'Kritzel', 'KR-WB-4', 'WRITING', '44121708', '5.75', '4.99', '690'),
        ('Envelopes C4 with window, box of 250', 'Weissfeld', 'WF-C4-250', 'MAILING', '44121506',
         '24.90', '19.95', '2980'),
        ('Paper clips 28 mm, pack of 1000', 'Klammerwerk', 'KW-28-1M', 'DESK_TOOLS', '44122104',
         '3.99', '3.33', '410'),
        ('Desk mat, grey felt', 'Filzhof', 'FH-60', 'DESK_TOOLS', '44111500', '17.50', '14.90', '2150'),
        ('Wall calendar, twelve landscapes', 'Jahreszeit', 'JZ-12', 'CALENDARS', '44112005', '12.99', '9.95', '1500'),
        ('Hand-made bookmark', 'Unbranded', 'BM-1', 'NOTES', '44122010', '2.05', '1.79', '220'),
        ('Stickers', 'Memora', 'ME-ST-40', 'NOTES', '55121600', '3.33', '2.99', '333'),
    ),
    IT: (
        ('Keyboard, mechanical, 108 keys', 'Tastaro', 'TA-108', 'PERIPHERALS', '43211706', '58.00', '54.90', '5855'),
        ('Mouse, wireless, silent', 'Tastaro', 'TA-M2', 'PERIPHERALS', '43211708', '17.99', '15.45', '1980'),
        ('HDMI cable, 5 m', 'Leitwerk', 'LW-HD-5', 'CABLES', '43202222', '10.49', '8.99', '1185'),
        ('USB-C dock with 9 ports', 'Hafenstadt', 'HS-9', 'PERIPHERALS', '43211609', '129.00', '119.00', '15800'),
        ('Monitor 27 inch, 1440p', 'Sichtbar', 'SB-27Q', 'DISPLAYS', '43211902', '249.99', '229.00', '29800'),
        ('Webcam 1080p with shutter', 'Sichtbar', 'SB-CAM', 'PERIPHERALS', '45121520', '39.95', '34.99', '4480'),
        ('Network cable Cat 6, 2 m, yellow', 'Leitwerk', 'LW-C6-2', 'CABLES', '26121609', '4.49', '3.59', '520'),
        ('Headset with microphone', 'Ohrwurm', 'OW-H1', 'AUDIO', '52161514', '32.90', '29.95', '3980'),
        ('Laptop stand, aluminium', 'Hafenstadt', 'HS-LS', 'PERIPHERALS', '43211600', '21.00', '18.00', '2400'),
        ('Graphics card of last year', 'Pixelmühle', 'PM-8', 'COMPONENTS', '43201401', '399.00', '379.00', '48000'),
        ('Memory stick 64 GB, steel', 'Gedächt', 'GE-64', 'STORAGE', '43202005', '9.80', '7.90', '1080'),
        ('Power strip, 6 sockets, with switch', 'Leitwerk', 'LW-P6', 'POWER', '39121017', '19.99', '16.95', '2380'),
    ),
    WORKSHOP: (
        ('Screwdriver set, 12 pieces', 'Drehmoment', 'DM-12', 'HAND_TOOLS', '27111701', '27.50', '24.90', '3280'),
        ('Cordless drill 18 V with two batteries', 'Bohrwerk', 'BW-18', 'POWER_TOOLS', '27112703',
         '149.00', '139.00', '18900'),
        ('Hex keys 1.5 to 10 mm', 'Drehmoment', 'DM-HX', 'HAND_TOOLS', '27111710', '12.35', '10.75', '1460'),
        ('Tape measure 5 m', 'Ellenlang', 'EL-5', 'MEASURING', '27111801', '7.95', '6.49', '880'),
        ('Cable ties 200 mm, 100 pieces', 'Bindfix', 'BF-200', 'FASTENERS', '39121703', '5.20', '4.10', '610'),
        ('Work gloves, size 9, 12 pairs', 'Griffig', 'GR-9-12', 'GLOVES', '46181504', '18.60', '15.99', '2190'),
        ('Spirit level 60 cm', 'Ellenlang', 'EL-SL60', 'MEASURING', '41111942', '22.40', '19.90', '2680'),
        ('Wood screws 4 x 40 mm, 200 pieces', 'Bindfix', 'BF-WS', 'FASTENERS', '31161508', '9.15', '7.25', '990'),
        ('Folding workbench', 'Standfest', 'SF-WB', 'FURNITURE', '56111900', '89.00', '79.90', '10800'),
        ('LED work lamp, 30 W', 'Hellwach', 'HW-30', 'LIGHTING', '39111610', '34.75', '29.90', '4150'),
    ),
    KITCHEN: (
        ('Coffee beans, 1 kg', 'Morgenrot', 'MR-1K', 'BEVERAGES', '50201706', '16.90', '13.49', '2180'),
        ('Black tea, 70 bags', 'Teeblatt', 'TB-70', 'BEVERAGES', '50201711', '6.99', '4.99', '780'),
        ('Oat drink, 6 x 1 l', 'Haferhof', 'HH-6', 'BEVERAGES', '50202300', '13.80', '11.34', '1690'),
        ('Sugar sticks, 500 pieces', 'Süßes Eck', 'SE-500', 'GROCERY', '50161509', '9.45', '7.77', '1010'),
        ('Biscuits, assorted, 1.2 kg', 'Krümel', 'KL-12', 'GROCERY', '50181905', '12.25', '9.85', '1480'),
        ('Mugs, white, set of 6', 'Tafelrund', 'TR-M6', 'TABLEWARE', '52152101', '23.99', '19.99', '2840'),
        ('Kettle 1.7 l, steel', 'Siedepunkt', 'SP-17', 'APPLIANCES', '52141500', '36.50', '32.90', '4380'),
        ('Dishwasher tablets, 90 pieces', 'Blitzer', 'BL-90', 'SUPPLIES', '47131810', '19.75', '15.95', '2290'),
    ),
    CLEANING: (
        ('Paper towels, 15 packs', 'Saugstark', 'SS-15', 'PAPER_GOODS', '14111703', '31.40', '27.95', '3690'),
        ('Hand soap, 5 l', 'Blitzer', 'BL-HS5', 'SOAP', '53131608', '18.20', '14.85', '2050'),
        ('All-purpose cleaner, 1 l', 'Blitzer', 'BL-AP1', 'CHEMICALS', '47131801', '4.65', '3.95', '540'),
        ('Bin liners 60 l, 50 pieces', 'Restlos', 'RL-60', 'WASTE', '47121701', '8.35', '6.79', '930'),
        ('Microfibre cloths, 10 pieces', 'Saugstark', 'SS-MF', 'CLOTHS', '47131502', '11.10', '8.95', '1260'),
        ('Broom with handle', 'Besenrein', 'BR-1', 'TOOLS', '47131604', '15.55', '12.95', '1790'),
    ),
    SAFETY: (
        ('First aid kit for 20 people', 'Heilfroh', 'HF-20', 'FIRST_AID', '42172001', '42.00', '37.50', '5200'),
        ('Safety vest, yellow, size L', 'Sichtbar', 'SB-VL', 'CLOTHING', '46181507', '6.15', '4.95', '690'),
        ('Safety glasses, clear', 'Klarblick', 'KB-1', 'EYEWEAR', '46181802', '7.70', '5.99', '870'),
        ('Ear plugs, 200 pairs', 'Ohrwurm', 'OW-200', 'HEARING', '46181901', '26.30', '22.45', '3090'),
        ('Fire blanket 1 x 1 m', 'Heilfroh', 'HF-FB', 'FIRE', '46191600', '17.85', '14.99', '2040'),
        ('Warning tape, 500 m', 'Achtsam', 'AC-500', 'SIGNS', '55121715', '9.99', '8.49', '1120'),
    ),
}

# UNSPSC segment of food and beverages, with a tax of 7 % in Germany and 8 % in Japan.
_REDUCED_TAX_SEGMENT = '50'


def _build():
    rows = ((department, row) for department, table in _ROWS.items() for row in table)
    for number, (department, row) in enumerate(rows, start=1):
        title, brand, part_number, sub_category, unspsc, usd, eur, jpy = row
        values = {
            'asin': f'B0SIM{number:05d}', 'department': department, 'title': title, 'brand': brand,
            'part_number': part_number, 'sub_category': sub_category, 'unspsc': unspsc,
            'prices': {'USD': Decimal(usd), 'EUR': Decimal(eur), 'JPY': Decimal(jpy)},
            'reduced_tax': unspsc.startswith(_REDUCED_TAX_SEGMENT),
        }
        yield Product(**values | SPECIAL.get(values['asin'], {}))


PRODUCTS = tuple(_build())
BY_ASIN = {product.asin: product for product in PRODUCTS}


def search(words='', department=''):
    """Find the products that contain all words, in the order of the catalogue.

    :rtype: list[Product]
    """
    wanted = words.lower().split()
    return [
        product for product in PRODUCTS
        if (not department or product.department.name == department)
        and all(word in f'{product.title} {product.brand} {product.asin}'.lower() for word in wanted)
    ]
