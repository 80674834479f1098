"""The local review page: what is reviewed and in which order, what the page is told, and the server on the loopback interface."""

from evidence.review.items import Item, items_of, teach_order
from evidence.review.learning import eager
from evidence.review.material import ReviewError
from evidence.review.server import ReviewServer, start_server
from evidence.review.session import Session, open_session

__all__ = ["Item", "ReviewError", "ReviewServer", "Session", "eager", "items_of", "open_session", "start_server", "teach_order"]
