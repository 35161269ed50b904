"""Trains, measures and exports the model that ships with the product; the only user of PyTorch."""
