"""What the routes take and give: pydantic models, made from the domain's values and turned into them."""
