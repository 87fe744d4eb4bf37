"""Pages for study: home, lesson player, quizzes, progress, certificates."""
