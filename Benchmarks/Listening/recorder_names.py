"""Names of files after names of points."""

import re


def slug(name):
    return re.sub(r"[^A-Za-z0-9]+", "-", name.replace("±", "").replace("−", "minus").replace("+", "plus")).strip("-").lower()
