"""Trained tables: one language model per language, one channel per OCR model (see normalizers/decoder/train)."""
