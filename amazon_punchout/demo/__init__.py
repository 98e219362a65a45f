from . import amazon_punchout_demo
from . import amazon_punchout_demo_story
from . import amazon_punchout_demo_charges
