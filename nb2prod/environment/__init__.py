"""Environments: exact pins for a service repository, and a fresh environment made from them."""

from nb2prod.environment.create import Environment, create
from nb2prod.environment.lock import lock

__all__ = ["Environment", "create", "lock"]
