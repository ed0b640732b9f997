"""spaCy `Language` classes for Kazakh and Uzbek, which spaCy lacks, and lemmas by stanza where a model is installed.

spaCy finds the classes by entry points (`spacy.blank("kk")`, `spacy.blank("uz")`). The facts are matched with plain
regular expressions (docs/decisions.md says why), so nothing here is imported unless a user asks for it.
"""
