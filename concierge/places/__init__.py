"""Where things are in town, and when they are open: facilities, shelters, AED, clinics, nurseries."""
