"""The knowledge base: schema and store, the manifest of acts, and specimen acts written for this project."""
