"""Pages by audience: parse the request, call one thing, render rows. ``ui`` is the design system they share."""
