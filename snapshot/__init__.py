"""What is served: resources and their passages, as one immutable folder that a build wrote."""
