"""Pages for operators: imports, people, access questions, orders."""
