"""The demo marketplace: its courses, its people and three months of their life, told through the real flows.

``story`` decides who does what and when, from a seed and nothing else; ``market`` carries it out in order of
time; ``answers`` reads the right answers from the course files that we wrote; ``one_course`` takes any course
through the main job once. Nothing here writes a row: whatever the demo shows, a real person could have done.
"""
