"""Pages about oneself: sign-up and sign-in, checkout, purchases, refunds."""
