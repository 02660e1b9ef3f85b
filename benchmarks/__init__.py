"""Commands that measure accuracy and speed on data files; nothing in the product imports them."""
