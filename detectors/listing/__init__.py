"""What is offered for sale."""
