"""Payment gateways: one protocol, and the embedded gateway that behaves like a real one."""
