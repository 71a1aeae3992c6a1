"""What leaves the registry to stand alone: the certificate (PDF/A) and the verifiable credential."""
