"""Implement the commands of bin/: find or fetch Python packages, Odoo and PostgreSQL, and run programs with them.

Everything fetched or generated is in .lab/: delete that folder to start clean.
"""
