"""Real clients of providers, run against signalling and a far end of ours."""
