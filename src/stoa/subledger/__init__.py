"""subledger"""
