"""The pipeline: two Faust apps that judge posts and fold every fact about them into two views."""
