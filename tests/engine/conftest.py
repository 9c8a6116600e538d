from tests.own_database import db, template_database

__all__ = ["db", "template_database"]
