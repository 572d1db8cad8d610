"""What is taught, and is this answer right?  Pure: knows neither time, nor people, nor a database."""
