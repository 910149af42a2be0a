"""Golden questions: what an admin expects the folder to answer, asked at each build."""
