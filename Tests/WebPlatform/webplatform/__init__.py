"""Runs the browser's own conformance tests, natively and through the extension."""
