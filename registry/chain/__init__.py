"""The chain behind the port `Chain`: embedded, or any node that speaks JSON-RPC."""
