"""The vocabulary: frozen values and names that every other room speaks. Standard library only."""
