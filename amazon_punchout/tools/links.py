"""Links in what people read."""
from markupsafe import Markup

LINK = Markup('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>')
