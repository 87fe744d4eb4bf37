"""People: everyone who can sign in, what they are called, and which roles they hold.

Words: a *person* is an account; a *learner* is a person seen from study; an *actor* is what an interface
tells the floors below about who asks. Invariants: one account an e-mail address (case does not matter);
a role is held at most once; roles are the only source of rights beyond one's own things.
"""
