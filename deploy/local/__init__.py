"""A real broker, a real node and every process of Lifeguard, on one machine that has nothing but Python."""
