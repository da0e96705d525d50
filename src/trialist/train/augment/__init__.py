"""Augmentation: pictures changed while training, by draws that no interruption can shift."""
