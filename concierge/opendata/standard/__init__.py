"""The standard open datasets of Japanese municipalities (自治体標準オープンデータセット), by header.

Both generations of columns are read, whatever their order; see `columns.yaml`.
"""
