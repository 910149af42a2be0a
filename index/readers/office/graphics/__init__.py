"""What is drawn in Office files: charts, diagrams, described pictures, equations."""
