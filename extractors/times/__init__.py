"""Plain-text time expressions of any domain: a grammar over tokens, one module for each family of expressions."""
