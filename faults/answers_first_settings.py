"""The product's settings, with a site that answers before it records."""

from partage.config import settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

MIDDLEWARE = ["faults.answers_first.answers_first", *product.MIDDLEWARE]
