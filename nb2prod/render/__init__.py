"""Write repositories: a plan goes in, files and git history come out."""

from nb2prod.render.history import Delivery, deliver
from nb2prod.render.repository import render

__all__ = ["Delivery", "deliver", "render"]
