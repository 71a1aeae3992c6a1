"""The similarity index (DESIGN.md section 6) behind its port: in files, in SQL, and a linear twin."""
