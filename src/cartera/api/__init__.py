"""The REST API: the same nouns, the same visibility, problem details for errors."""
