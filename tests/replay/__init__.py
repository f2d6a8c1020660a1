"""Recorded Azure traffic, replayed against the emulator."""
