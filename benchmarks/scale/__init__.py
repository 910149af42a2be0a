"""What a search costs, holds and finds as a folder grows from ten thousand passages to millions."""
