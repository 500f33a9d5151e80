"""Someone is ill, without a sign that needs an ambulance: whom to phone, and when it is 119."""
