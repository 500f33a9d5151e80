"""Which nurseries, kindergartens and clubs for children are there?"""
