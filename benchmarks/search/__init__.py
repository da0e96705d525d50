"""The search room measured: its cost beside Optuna's own, its quality, its rules that cut."""
