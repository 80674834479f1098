"""The server: SPARQL protocol, named queries as a REST API, the static site and a query page, over worker processes that can be killed."""

from evidence.server.limits import Limits
from evidence.server.running import ServeError, serve

__all__ = ["Limits", "ServeError", "serve"]
