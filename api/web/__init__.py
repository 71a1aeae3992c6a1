"""The page: templates and static files, and the routes that fill them."""
