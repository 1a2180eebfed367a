"""What the heads are worth: every figure beside a simple way, in one run of `lyhord evaluate`."""
