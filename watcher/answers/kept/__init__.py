"""What is kept ready between questions, so that pages come in milliseconds."""
