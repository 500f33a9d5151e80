"""What stands between a language model and a resident: passages, prompt, adapters, verification.

The engine itself is `engines/llm.py`. A model chooses among passages that the layers before found,
quotes them, and may reword the quotation; each piece is held against its own quotation before
anybody sees it.
"""
