"""Links in texts for people."""
from markupsafe import Markup

LINK = Markup('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>')
