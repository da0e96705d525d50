"""Figures as scalable SVG with the numbers behind them."""
