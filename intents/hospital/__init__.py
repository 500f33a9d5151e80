"""Which clinic sees patients of a department on an ordinary day? Holidays and nights are duty clinics."""
