"""What a person is shown of how a method came to its reading."""
