"""The one door to Kafka's plain client: sources in, orders out, publishing, and reading from the beginning."""
