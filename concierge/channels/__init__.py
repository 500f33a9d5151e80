"""Where residents reach the concierge: each channel only translates to and from `message`."""
