"""Builds the tables of the decoder from clean text and line pairs; never needed at run time."""
