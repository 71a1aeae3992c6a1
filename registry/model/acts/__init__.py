"""Acts: what an account does on chain, each one call of one contract.

A class names its contract and function; its fields are the function's arguments in order. `value` is the coin
sent with it, in wei.
"""
