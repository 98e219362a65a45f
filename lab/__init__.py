"""What bin/ is made of: finds or fetches Python packages, Odoo and PostgreSQL, and runs things with them.

Everything fetched or generated lives under .lab/, so that deleting that folder is a clean start.
"""
