"""What people buy in the demo data. Items, sellers and prices are invented."""
from typing import NamedTuple


class Item(NamedTuple):
    """One item of a cart, as strings of cXML."""
    asin: str
    title: str
    price: str
    unspsc: str
    quantity: int = 1
    seller: str = "Amazon.com"
    condition: str = 'New'

    def times(self, quantity):
        return self._replace(quantity=quantity)


PAPER = Item('B0DEMO0001', "Copy Paper, Letter Size, 10 Reams", '44.90', '14111507')
PENS = Item('B0DEMO0002', "Ballpoint Pens, Black, Pack of 60", '11.49', '44121704')
STAPLER = Item('B0DEMO0003', "Desktop Stapler, 25 Sheets", '13.75', '44121615', seller="Paper & Desk Supply")
MONITOR = Item('B0DEMO0004', "27-Inch Monitor, 2560 × 1440, USB-C", '289.00', '43211902')
LAPTOP = Item('B0DEMO0005', "Business Laptop, 14-Inch, 32 GB Memory, 1 TB SSD", '1349.00', '43211503')
KEYBOARD = Item('B0DEMO0006', "Wireless Keyboard and Mouse Set", '58.00', '43211706', seller="Northlake Electronics")
CHAIR = Item('B0DEMO0007', "Ergonomic Office Chair with Headrest", '219.99', '56112102', seller="Comfort at Work")
COFFEE = Item('B0DEMO0008', "Whole Bean Coffee, Medium Roast, 5 lb", '32.50', '50201706')
TOWELS = Item('B0DEMO0009', "Paper Towels, Case of 30 Rolls", '39.20', '14111703')
DRILL = Item('B0DEMO0010', "Cordless Drill, 20 V, with Two Batteries", '129.00', '27112703', seller="Toolworks")
GLOVES = Item('B0DEMO0011', "Nitrile Gloves, Size L, Box of 200", '18.60', '46181504')
USED_PHONE = Item(
    'B0DEMO0012', "Conference Phone", '149.00', '43191511', seller="Second Round", condition='Used - Good')
